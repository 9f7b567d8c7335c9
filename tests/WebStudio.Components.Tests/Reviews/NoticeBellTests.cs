using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using MudBlazor.Services;
using WebStudio.Components.Reviews;

namespace WebStudio.Components.Tests.Reviews;

public sealed class NoticeBellTests : BunitContext
{
    private readonly KnownNotices _notices = new();
    private readonly IRenderedComponent<MudPopoverProvider> _popovers;

    public NoticeBellTests()
    {
        Services.AddMudServices();
        Services.AddSingleton<INotices>(_notices);
        JSInterop.Mode = JSRuntimeMode.Loose;
        _popovers = Render<MudPopoverProvider>();
    }

    [Fact]
    public void It_counts_what_is_unread_as_it_comes_and_opens_the_page_that_shows_more()
    {
        var bell = Show();
        Assert.Equal("Notices", bell.Find("button").GetAttribute("aria-label"));
        _notices.Tell("Version 1 was approved.", "/reviews/1");
        _notices.Tell("Version 2 was sent back: darker.", "/reviews/2");
        bell.WaitForAssertion(() => Assert.Equal("Notices, 2 unread", bell.Find("button").GetAttribute("aria-label")));
        bell.Find("button").Click();
        _popovers.WaitForAssertion(() => Assert.Equal(["Version 2 was sent back: darker.", "Version 1 was approved."], _popovers.FindAll(".notice").Select(n => n.TextContent)));
        Assert.Equal(2, _popovers.FindAll(".unread").Count);
        _popovers.FindAll(".mud-menu-item")[0].Click();
        bell.WaitForAssertion(() => Assert.Equal("Notices, 1 unread", bell.Find("button").GetAttribute("aria-label")));
        Assert.EndsWith("/reviews/2", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
    }

    [Fact]
    public void Once_it_is_gone_it_listens_no_longer()
    {
        var bell = Show();
        Assert.Equal(1, _notices.Watchers);
        bell.Instance.Dispose();
        Assert.Equal(0, _notices.Watchers);
    }

    private IRenderedComponent<NoticeBell> Show() => Render<NoticeBell>(bell => bell.Add(b => b.Viewer, new("ada", Guid.NewGuid(), false, false)));
}
