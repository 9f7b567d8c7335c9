using Bunit;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;
using WebStudio.Components.Layout;

namespace WebStudio.Components.Tests.Layout;

public sealed class PageFailureTests : BunitContext
{
    public PageFailureTests() => Services.AddMudServices();

    [Fact]
    public void A_failure_is_told_without_its_details_and_with_a_way_on()
    {
        var failure = Show(new InvalidOperationException("SQLite Error 5: database is locked"));
        Assert.Equal("This page failed", failure.Find("h1").TextContent);
        Assert.Contains("Nothing you saved is lost.", failure.Markup);
        Assert.DoesNotContain("SQLite", failure.Markup);
        Assert.Equal("/", failure.Find("a").GetAttribute("href"));
    }

    [Fact]
    public void Whoever_may_not_see_a_page_is_told_why()
    {
        var failure = Show(new UnauthorizedAccessException("The page belongs to a role that your account does not have."));
        Assert.Equal("Not for this account", failure.Find("h1").TextContent);
        Assert.Contains("a role that your account does not have", failure.Markup);
    }

    private IRenderedComponent<PageFailure> Show(Exception error) => Render<PageFailure>(failure => failure.Add(f => f.Error, error));
}
