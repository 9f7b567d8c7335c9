using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using WebStudio.Components.Layout;

namespace WebStudio.Components.Tests.Layout;

public sealed class NavigationLinksTests : BunitContext
{
    [Theory]
    [InlineData(false, new[] { "/", "/albums", "/queue", "/check" })]
    [InlineData(true, new[] { "/", "/albums", "/queue", "/check", "/admin/people", "/admin/bases", "/admin/server" })]
    public void What_belongs_to_admins_is_offered_to_nobody_else(bool admin, string[] addresses) => Assert.Equal(addresses, Show(admin).FindAll("a").Select(a => a.GetAttribute("href")));

    [Theory]
    [InlineData("/", "Home")]
    [InlineData("/albums/new", "Albums")]
    [InlineData("/admin/bases", "Base models")]
    public void Where_one_is_stands_out(string address, string link)
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo(address);
        Assert.Equal([link], Show(admin: true).FindAll("a.active").Select(a => a.TextContent));
    }

    private IRenderedComponent<NavigationLinks> Show(bool admin) => Render<NavigationLinks>(links => links.Add(l => l.Admin, admin));
}
