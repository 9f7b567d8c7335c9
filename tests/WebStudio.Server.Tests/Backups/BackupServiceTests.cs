using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using WebStudio.Components.Access;
using WebStudio.Components.Admin;
using WebStudio.Server.Backups;

namespace WebStudio.Server.Tests.Backups;

/// <summary>Back-ups by the server itself.</summary>
public sealed class BackupServiceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_first_is_made_at_the_start_the_next_when_it_is_due_and_a_failure_is_told_to_admins()
    {
        var shelf = new BackupShelf(_folder["backups"]);
        await using (var server = await StudioServer.StartAsync($"--Backup:Folder={shelf.Folder}", "--Backup:Keep=2"))
        {
            var root = await server.JoinAsync("Root", StudioRoles.Admin);
            var first = await NewestAsync(shelf, null);
            Assert.Equal((true, "the newest is of"), await PartAsync(server, root, "the newest is of"));

            var service = server.Services.GetRequiredService<BackupService>();
            using (shelf.Lock())
                await service.MakeAsync(Cancel);
            Assert.Equal((false, "Another back-up is being made"), await PartAsync(server, root, "Another back-up is being made"));
            Assert.Equal([first], shelf.List());
            using var http = new HttpClient { BaseAddress = server.Address };
            using var ready = await http.GetAsync("/health/ready", Cancel);
            Assert.True(ready.IsSuccessStatusCode); // it serves all the same
            Assert.DoesNotContain(_folder.Path, await ready.Content.ReadAsStringAsync(Cancel)); // anybody may ask
            Assert.Equal("degraded", (await ready.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("parts").GetProperty("back-ups").GetString());

            await service.MakeAsync(Cancel);
            await service.MakeAsync(Cancel);
            Assert.True((await PartAsync(server, root, "")).Works);
            Assert.Equal(2, shelf.List().Count);
            Assert.DoesNotContain(first, shelf.List());
        }
        await using (var again = await StudioServer.StartAsync($"--Backup:Folder={shelf.Folder}"))
            await Task.Delay(500, Cancel);
        Assert.Equal(2, shelf.List().Count); // the next one is due tomorrow

        var old = shelf.Newest!;
        foreach (var backup in shelf.List())
            Directory.Move(backup, shelf.Place(BackupShelf.MadeAt(backup)!.Value.AddHours(-25)));
        await using (var late = await StudioServer.StartAsync($"--Backup:Folder={shelf.Folder}"))
        {
            await NewestAsync(shelf, shelf.Place(BackupShelf.MadeAt(old)!.Value.AddHours(-25)));
            Assert.Equal(3, shelf.List().Count);
        }
    }

    private static async Task<(bool Works, string Says)> PartAsync(StudioServer server, Viewer viewer, string says)
    {
        var part = Assert.Single(await server.Services.GetRequiredService<IServerStatus>().PartsAsync(viewer), p => p.Name == "back-ups");
        Assert.Contains(says, part.Text);
        return (part.Works, says);
    }

    private static async Task<string> NewestAsync(BackupShelf shelf, string? before)
    {
        while (shelf.Newest is not { } newest || newest == before)
            await Task.Delay(50, Cancel);
        return shelf.Newest!;
    }
}
