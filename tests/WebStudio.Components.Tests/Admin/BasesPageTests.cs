using Bunit;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;
using WebStudio.Components.Admin;

namespace WebStudio.Components.Tests.Admin;

public sealed class BasesPageTests : BunitContext
{
    private static readonly BaseCard BuiltIn = new(null, "faces", 128, "non-commercial", 34_000_000, null, null, null);

    private static readonly BaseCard Imported = new(Guid.NewGuid(), "FFHQ", 1024, "NVIDIA Source Code License", 381_000_000, new string('a', 64), new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero), "Ada");

    private readonly Bases _bases = new();

    public BasesPageTests()
    {
        Services.AddMudServices();
        Services.AddSingleton<IBaseAdministration>(_bases);
        JSInterop.Mode = JSRuntimeMode.Loose;
    }

    [Fact]
    public void Every_base_shows_resolution_licence_and_origin_and_only_imported_ones_can_be_deleted()
    {
        _bases.Cards.AddRange([BuiltIn, Imported]);
        var items = Render<BasesPage>().FindAll("li");
        Assert.Equal(2, items.Count);
        Assert.All(["faces", "128 px", "non-commercial", "built in"], text => Assert.Contains(text, items[0].TextContent));
        Assert.Empty(items[0].QuerySelectorAll("button"));
        Assert.All(["FFHQ", "1024 px", "NVIDIA Source Code License", "381 MB", "Ada", "4 March 2026", Imported.Sha256!], text => Assert.Contains(text, items[1].TextContent));
        Assert.Single(items[1].QuerySelectorAll("button"));
    }

    [Fact]
    public void While_the_list_is_read_the_page_says_so()
    {
        _bases.Hold = new();
        var page = Render<BasesPage>();
        Assert.NotNull(page.Find("[aria-label='Loading']"));
        _bases.Cards.Add(BuiltIn);
        _bases.Hold.SetResult();
        page.WaitForAssertion(() => Assert.Single(page.FindAll("li")));
    }

    [Fact]
    public async Task Without_a_file_nothing_is_sent_and_the_form_says_what_is_missing()
    {
        var form = Render<BaseImportForm>();
        await form.Find("button.mud-button-filled").ClickAsync(new());
        form.WaitForAssertion(() => Assert.Contains("Choose the network file first.", form.Find("[aria-live]").TextContent));
        Assert.Contains("Give it a short name.", form.Markup);
        Assert.Contains("The licence has to be accepted.", form.Markup);
        Assert.Empty(JSInterop.Invocations["send"]);
    }

    private sealed class Bases : IBaseAdministration
    {
        public List<BaseCard> Cards { get; } = [];

        public TaskCompletionSource? Hold { get; set; }

        public async Task<IReadOnlyList<BaseCard>> ListAsync(CancellationToken cancel = default)
        {
            if (Hold is { } hold)
                await hold.Task;
            return Cards;
        }

        public Task<string?> DeleteAsync(Guid id, CancellationToken cancel = default) => Task.FromResult<string?>(null);
    }
}
