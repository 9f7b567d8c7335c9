using System.Security.Claims;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;
using WebStudio.Components.Access;
using WebStudio.Components.Creations;

namespace WebStudio.Components.Tests.Creations;

public sealed class PortraitsPageTests : BunitContext
{
    private readonly KnownCreations _creations = new();

    public PortraitsPageTests()
    {
        Services.AddMudServices(options => options.PopoverOptions.CheckForPopoverProvider = false);
        Services.AddSingleton<ICreations>(_creations);
        JSInterop.Mode = JSRuntimeMode.Loose;
        var user = this.AddAuthorization().SetAuthorized("ada@example.org");
        user.SetClaims(new Claim(ClaimTypes.NameIdentifier, "ada"), new Claim(Viewer.StudioClaim, Guid.NewGuid().ToString()));
    }

    [Fact]
    public void Wanted_values_ranges_and_tags_are_asked_for_as_set()
    {
        var page = Open();
        Mode(page, "yaw", "one");
        page.Find("input[aria-label='Head turn']").Input("12");
        Mode(page, "smile", "range");
        page.Find("input[aria-label='Smile, from']").Input("20");
        page.Find("input[aria-label='Smile, to']").Input("60");
        Mode(page, "glasses", "=yes");
        page.Find("form").Submit();
        var request = Assert.IsType<PortraitsRequest>(Assert.Single(_creations.Asked));
        Assert.Equal([new("yaw", 12, 12), new("smile", 20, 60), new("glasses", 0, 0, "yes")], request.Targets);
        Assert.Equal((12, 1, 0), (request.Count, request.Seed, request.Distance));
        Assert.Contains("show=", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
    }

    [Fact]
    public void A_free_attribute_is_not_asked_for_and_the_next_seed_is_another()
    {
        var page = Open();
        Mode(page, "yaw", "one");
        Mode(page, "yaw", "free");
        page.Find("form").Submit();
        page.Find("form").Submit();
        Assert.Equal([1, 2], _creations.Asked.Cast<PortraitsRequest>().Select(r => r.Seed));
        Assert.All(_creations.Asked.Cast<PortraitsRequest>(), r => Assert.Empty(r.Targets));
    }

    [Fact]
    public void The_grid_fills_while_portraits_come_and_stars_stay()
    {
        var page = Open();
        page.Find("form").Submit();
        page = Open(_creations.Last.Id);
        Assert.Contains("Next in line", page.Find("[role=status]").TextContent, StringComparison.Ordinal);
        Portrait Made(int n) => new($"portrait-{n}.webp", new Dictionary<string, double> { ["yaw"] = n, ["smile"] = 50 });
        _creations.Change(_creations.Last.Id, c => c with { State = CreationState.Running, Progress = new("Rendering", 2, 12), Result = CreationJson.Write(new PortraitsResult([Made(1), Made(2)], new Dictionary<string, int> { ["yaw"] = 3 })) });
        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll(".grid img").Count));
        Assert.Equal(10, page.FindAll(".waiting").Count);
        Assert.Contains("in 3 of 12 portraits", page.Markup, StringComparison.Ordinal);
        Assert.Contains("head turn 2° · smile 50%", page.FindAll("figcaption")[1].TextContent, StringComparison.Ordinal);
        Assert.EndsWith($"start=creation:{_creations.Last.Id}/1", page.FindAll(".grid a")[1].GetAttribute("href")!, StringComparison.Ordinal);
        Assert.Equal(2, Open(_creations.Last.Id).FindAll(".grid img").Count); // at once on a page that is opened later
        page.FindAll(".star")[1].Click();
        Assert.Equal([1], _creations.Last.Starred);
        page.WaitForAssertion(() => Assert.Equal("true", page.FindAll(".star")[1].GetAttribute("aria-pressed")));
    }

    [Fact]
    public void What_speaks_against_it_is_said_and_strangers_see_nothing()
    {
        _creations.Refusal = "8 of your pictures wait already.";
        var page = Open();
        page.Find("form").Submit();
        Assert.Contains("8 of your pictures", page.Find("[role=alert]").TextContent, StringComparison.Ordinal);
        _creations.Model = null;
        Assert.Contains("does not exist", Open().Markup, StringComparison.Ordinal);
    }

    private IRenderedComponent<PortraitsPage> Open(Guid? show = null)
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo($"/models/{Guid.Empty}/portraits{(show is { } id ? $"?show={id}" : "")}");
        return Render<PortraitsPage>(p => p.Add(page => page.ModelId, Guid.NewGuid()));
    }

    private static void Mode(IRenderedComponent<PortraitsPage> page, string attribute, string mode) => page.Find($"select[id$='-{attribute}']").Change(mode);
}
