using System.Security.Claims;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using MudBlazor.Services;
using WebStudio.Components.Access;
using WebStudio.Components.Storage;

namespace WebStudio.Components.Tests.Storage;

public sealed class StoragePageTests : BunitContext
{
    private static readonly Guid Eve = Guid.NewGuid();

    private readonly Known _storage = new();

    public StoragePageTests()
    {
        Services.AddMudServices(options => options.PopoverOptions.CheckForPopoverProvider = false);
        Services.AddSingleton<IStorage>(_storage);
        Services.AddSingleton<IBin>(new Bins());
        JSInterop.Mode = JSRuntimeMode.Loose;
        this.AddAuthorization().SetAuthorized("ada@example.org").SetClaims(new Claim(ClaimTypes.NameIdentifier, "ada"), new Claim(Viewer.StudioClaim, Guid.NewGuid().ToString()));
    }

    [Fact]
    public void Says_what_takes_the_space_how_much_is_allowed_and_where_the_largest_thing_is()
    {
        var page = Render<StoragePage>();
        var said = page.Find("p").TextContent;
        Assert.Contains("1.2 GB of the 2 GB", said);
        Assert.Contains("30 MB of that", said);
        Assert.Equal(["Originals", "41 MB", "Versions", "1.2 GB", "Eve", "model", "1.2 GB"], page.FindAll("tbody td").Select(c => c.TextContent.Trim()).Take(7));
        Assert.Equal($"/models/{Eve}", page.Find("tbody a").GetAttribute("href"));
    }

    [Fact]
    public async Task What_may_not_be_deleted_here_has_no_button_and_the_rest_asks_first()
    {
        var dialogs = Render<MudDialogProvider>();
        var page = Render<StoragePage>();
        Assert.Equal(["Delete Eve"], page.FindAll("tbody button").Select(b => b.GetAttribute("aria-label")));
        var deleting = page.Find("tbody button").ClickAsync(new());
        dialogs.WaitForElement(".mud-dialog-actions");
        Assert.Contains("thirty", dialogs.Markup.Replace("30", "thirty", StringComparison.Ordinal), StringComparison.Ordinal);
        await dialogs.FindAll(".mud-dialog-actions button").Single(b => b.TextContent.Trim() == "Delete").ClickAsync(new());
        await deleting;
        Assert.Equal([(StorageKind.Model, Eve)], _storage.Deleted);
    }

    private sealed class Known : IStorage
    {
        public List<(StorageKind Kind, Guid Id)> Deleted { get; } = [];

        public Task<StorageView> ReadAsync(Viewer viewer) => Task.FromResult(new StorageView(
            [("Originals", 41_000_000), ("Versions", 1_200_000_000)], 30_000_000, 2_000_000_000,
            [new(StorageKind.Model, Eve, "Eve", $"/models/{Eve}", 1_200_000_000, true), new(StorageKind.Training, Guid.NewGuid(), "Bob", "/jobs/1", 50_000_000, false)]));

        public Task<string?> DeleteAsync(Viewer viewer, StorageKind kind, Guid id)
        {
            Deleted.Add((kind, id));
            return Task.FromResult<string?>(null);
        }
    }
}
