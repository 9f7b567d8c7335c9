using Microsoft.AspNetCore.Builder;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using WebStudio.Components.Admin;
using WebStudio.Gpu;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Server.Accounts;
using WebStudio.Server.Admin;
using WebStudio.Server.Albums;
using WebStudio.Server.Data;
using WebStudio.Server.Jobs;
using WebStudio.Server.Models;
using WebStudio.Server.Storage;

namespace WebStudio.Server.Tests.Admin;

/// <summary>The importer on the application's own services: real SQLite, real files, the device's real thread.</summary>
public sealed class BaseImportTests : IAsyncLifetime
{
    private static readonly byte[] Network = File.ReadAllBytes(Path.Combine(BaseFolder.BuiltIn, BaseFolder.GeneratorFile));

    // Networks whose header says more are a little longer.
    private static readonly long MaxFileBytes = Network.Length + 10_000;

    private static readonly string Sum = Convert.ToHexStringLower(SHA256.HashData(Network));

    private readonly TemporaryFolder _folder = new();
    private WebApplication _app = default!;

    private string Bases => _app.Services.GetRequiredService<DataFolders>().Bases;

    private BaseImporter Importer => _app.Services.GetRequiredService<BaseImporter>();

    public async ValueTask InitializeAsync()
    {
        _app = StudioHost.Build([$"--Storage:Root={_folder.Path}", $"--Bases:MaxFileBytes={MaxFileBytes}"]);
        await _app.MigrateAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _folder.Dispose();
    }

    private static BaseImportRequest Asked(string? sum = null) => new(" Small ", "small.safetensors", "For tests", true, sum);

    private Task<BaseModel> ImportAsync(BaseImportRequest request, byte[] content) => Importer.ImportAsync(request, new MemoryStream(content), "ada", TestContext.Current.CancellationToken);

    private async Task RefusedAsync(BaseImportRequest request, byte[] content, string says)
    {
        var error = await Assert.ThrowsAsync<InvalidInputException>(() => ImportAsync(request, content));
        Assert.Contains(says, error.Message);
        Assert.DoesNotContain(_folder.Path, error.Message); // where things lie is nobody's business
        Assert.False(Directory.Exists(Bases) && Directory.EnumerateFileSystemEntries(Bases).Any(), "something was left behind");
        Assert.Single(await _app.Services.GetRequiredService<IBaseAdministration>().ListAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task An_imported_network_is_a_base_folder_with_the_same_weights()
    {
        var model = await ImportAsync(Asked(Sum.ToUpperInvariant()), Network);
        Assert.Equal(("Small", "For tests", Sum, 128, (long)Network.Length), (model.Name, model.Licence, model.Sha256, model.Resolution, model.Bytes));

        var folder = BaseFolder.Open(Path.Combine(Bases, model.Id.ToString("N")));
        Assert.Equal(("Small", "For tests"), (folder.Description.Name, folder.Description.Licence));
        using var scope = TorchSharp.torch.NewDisposeScope();
        var (expected, actual) = (BaseFolder.Open(BaseFolder.BuiltIn).ReadGenerator(), folder.ReadGenerator());
        Assert.All(expected, tensor => Assert.True(actual[tensor.Key].equal(tensor.Value).all().item<bool>(), tensor.Key));
        Assert.Equal(["Built-in faces", "Small"], (await _app.Services.GetRequiredService<IBaseAdministration>().ListAsync(TestContext.Current.CancellationToken)).Select(b => b.Name));
        Assert.Single(Directory.EnumerateFileSystemEntries(Bases)); // no upload beside it
    }

    [Fact]
    public Task A_file_with_another_checksum_is_refused() => RefusedAsync(Asked(new string('0', 64)), Network, $"its SHA-256 is {Sum}");

    [Fact]
    public Task A_file_that_is_no_network_is_refused_by_its_own_name() => RefusedAsync(Asked(), "not a network"u8.ToArray(), "small.safetensors");

    [Fact]
    public Task A_file_that_ends_too_early_is_refused() => RefusedAsync(Asked(), Network[..^1000], "small.safetensors");

    [Fact]
    public Task An_empty_file_is_refused() => RefusedAsync(Asked(), [], "empty");

    [Fact]
    public Task A_file_above_the_limit_is_refused() => RefusedAsync(Asked(), [.. Network, .. new byte[MaxFileBytes - Network.Length + 1]], $"more than {MaxFileBytes / 1e6:0} MB");

    [Theory]
    [InlineData("", "a.pkl", "free", true, null, "name")]
    [InlineData("a", "a.pkl", " ", true, null, "licence")]
    [InlineData("a", "a.pkl", "free", false, null, "accepted")]
    [InlineData("a", "a.pkl", "free", true, "12ab", "64 hexadecimal digits")]
    public Task What_is_missing_is_named(string name, string file, string licence, bool accepted, string? sum, string says) => RefusedAsync(new(name, file, licence, accepted, sum), Network, says);

    [Fact]
    public async Task Weights_that_render_nothing_are_refused()
    {
        var place = _folder["dead.safetensors"];
        using (TorchSharp.torch.NewDisposeScope())
        {
            var source = BaseFolder.Open(BaseFolder.BuiltIn);
            new GeneratorCheckpoint(source.Description.ToConfig(), source.ReadGenerator().ToDictionary(t => t.Key, t => t.Value.is_floating_point() ? t.Value * 0 : t.Value)).Write(place);
        }
        await RefusedAsync(Asked(), File.ReadAllBytes(place), "renders no picture");
    }

    [Fact]
    public async Task What_a_killed_server_left_is_removed()
    {
        Directory.CreateDirectory(Path.Combine(Bases, ".x.partial"));
        File.WriteAllText(Path.Combine(Bases, ".x.upload"), "half a network");
        await Assert.ThrowsAsync<InvalidInputException>(() => ImportAsync(Asked(), []));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Bases));
    }

    [Fact]
    public async Task A_base_is_deleted_once_no_training_needs_it()
    {
        var model = await ImportAsync(Asked(), Network);
        var administration = _app.Services.GetRequiredService<IBaseAdministration>();
        await using var db = await _app.Services.GetRequiredService<IDbContextFactory<StudioDb>>().CreateDbContextAsync(TestContext.Current.CancellationToken);
        var studio = new Studio { Name = "S" };
        var user = new StudioUser { UserName = "ada", StudioId = studio.Id };
        var album = new Album { OwnerId = user.Id, StudioId = studio.Id, Name = "A", Person = "P" };
        var trained = new Model { OwnerId = user.Id, StudioId = studio.Id, AlbumId = album.Id, Name = "M" };
        var job = new Job { OwnerId = user.Id, StudioId = studio.Id, RequestId = Guid.NewGuid(), AlbumId = album.Id, ModelId = trained.Id, Request = $$"""{"base":"{{model.Id}}"}""", State = JobState.Paused };
        db.AddRange(studio, user, album, trained, job);
        await db.SaveChangesAsync(TestContext.Current.CancellationToken);

        Assert.Contains("not finished", await administration.DeleteAsync(model.Id, TestContext.Current.CancellationToken));
        Assert.NotEmpty(Directory.EnumerateDirectories(Bases));
        job.State = JobState.Succeeded;
        await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        Assert.Null(await administration.DeleteAsync(model.Id, TestContext.Current.CancellationToken));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Bases));
        Assert.Single(await administration.ListAsync(TestContext.Current.CancellationToken));
    }
}
