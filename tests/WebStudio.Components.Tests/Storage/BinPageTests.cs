using System.Security.Claims;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using MudBlazor.Services;
using WebStudio.Components.Access;
using WebStudio.Components.Storage;

namespace WebStudio.Components.Tests.Storage;

public sealed class BinPageTests : BunitContext
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);
    private static readonly BinEntry Summer = new(Guid.NewGuid(), "album", "Summer", Noon, Noon.AddDays(30), 41_000_000);

    private readonly Bins _bin = new();
    private readonly IRenderedComponent<MudDialogProvider> _dialogs;

    public BinPageTests()
    {
        Services.AddMudServices(options => options.PopoverOptions.CheckForPopoverProvider = false);
        Services.AddSingleton<IBin>(_bin);
        JSInterop.Mode = JSRuntimeMode.Loose;
        this.AddAuthorization().SetAuthorized("ada@example.org").SetClaims(new Claim(ClaimTypes.NameIdentifier, "ada"), new Claim(Viewer.StudioClaim, Guid.NewGuid().ToString()));
        _dialogs = Render<MudDialogProvider>();
    }

    [Fact]
    public void An_empty_bin_says_so_and_how_long_things_stay()
    {
        _bin.Days = 7;
        var page = Render<BinPage>();
        Assert.Contains("The bin is empty.", page.Find(".empty").TextContent);
        Assert.Contains("stays here for 7 days", page.Markup);
    }

    [Fact]
    public void An_entry_tells_what_it_is_and_when_it_goes()
    {
        _bin.Entries = [Summer];
        var cells = Render<BinPage>().FindAll("tbody td").Select(c => c.TextContent.Trim()).Take(5);
        Assert.Equal(["Summer", "album", "41 MB", "4 Mar 2026", "3 Apr 2026"], cells);
    }

    [Fact]
    public void An_entry_is_put_back_or_stays_with_the_reason()
    {
        _bin.Entries = [Summer];
        _bin.Refusal = "Its album is in the bin too: put the album back first.";
        var toasts = Render<MudSnackbarProvider>();
        var page = Render<BinPage>();
        page.Find("[aria-label='Put Summer back']").Click();
        toasts.WaitForAssertion(() => Assert.Contains("put the album back first", toasts.Markup));
        Assert.NotEmpty(page.FindAll("tbody tr"));
        _bin.Refusal = null;
        page.Find("[aria-label='Put Summer back']").Click();
        page.WaitForAssertion(() => Assert.Contains("The bin is empty.", page.Markup));
    }

    [Theory]
    [InlineData("Keep it", 0)]
    [InlineData("Erase", 1)]
    public void Erasing_asks_first(string answer, int erased)
    {
        _bin.Entries = [Summer];
        var page = Render<BinPage>();
        page.Find("[aria-label='Erase Summer now']").Click();
        _dialogs.WaitForAssertion(() => Assert.Contains("This cannot be undone.", _dialogs.Markup));
        _dialogs.FindAll("button").Single(b => b.TextContent.Trim() == answer).Click();
        _dialogs.WaitForAssertion(() => Assert.DoesNotContain("This cannot be undone.", _dialogs.Markup));
        Assert.Equal(erased, _bin.Asked.Count);
    }
}
