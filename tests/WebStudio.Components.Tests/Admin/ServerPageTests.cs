using System.Security.Claims;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;
using WebStudio.Components.Access;
using WebStudio.Components.Admin;
using WebStudio.Components.Storage;

namespace WebStudio.Components.Tests.Admin;

public sealed class ServerPageTests : BunitContext
{
    private readonly Known _server = new();
    private readonly Files _files = new();

    public ServerPageTests()
    {
        Services.AddMudServices(options => options.PopoverOptions.CheckForPopoverProvider = false);
        Services.AddSingleton<IServerStatus>(_server);
        Services.AddSingleton<IFileCheck>(_files);
        JSInterop.Mode = JSRuntimeMode.Loose;
        this.AddAuthorization().SetAuthorized("root@example.org").SetPolicies(Policies.Admin).SetClaims(new Claim(ClaimTypes.NameIdentifier, "root"), new Claim(Viewer.StudioClaim, Guid.NewGuid().ToString()), new Claim(ClaimTypes.Role, StudioRoles.Admin));
    }

    [Fact]
    public void Before_the_first_figures_it_says_when_they_come() => Assert.Contains("within a minute", Render<ServerPage>().Markup);

    [Fact]
    public void Figures_are_drawn_over_the_time_they_were_taken_at()
    {
        var noon = new DateTimeOffset(2026, 3, 3, 12, 0, 0, TimeSpan.Zero);
        _server.Taken = [new(noon) { Waiting = 2, MemoryBytes = 400_000_000 }, new(noon.AddMinutes(30)) { Waiting = 4, MemoryBytes = 500_000_000, EditMedian = 40, EditHigh = 90, Users = 1, Connections = 3, StoredBytes = 5_000_000_000, FreeBytes = 9_000_000_000 }];
        var page = Render<ServerPage>();
        Assert.Contains("1 person here, 3 connections; 4 jobs wait", page.Find(".now").TextContent);
        var queue = page.FindAll("figure").Single(f => f.TextContent.Contains("Jobs that wait", StringComparison.Ordinal));
        Assert.Equal("Jobs that wait: Jobs from 2 to 4", queue.QuerySelector("svg")!.GetAttribute("aria-label"));
        Assert.Contains("12:00", queue.TextContent);
        Assert.Contains("12:30", queue.TextContent);
        var step = page.FindAll("figure").Single(f => f.TextContent.Contains("A photo in a training step", StringComparison.Ordinal));
        Assert.Contains("nothing yet", step.TextContent);
    }

    [Fact]
    public void A_part_that_does_not_work_is_told_from_the_others()
    {
        _server.Parts = [new("database", true, ""), new("device", false, "took no work for 30 s")];
        Assert.Equal([true, false], Render<ServerPage>().FindAll(".parts li").Select(li => li.InnerHtml.Contains("mud-success-text", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_check_of_the_files_says_what_it_did_and_names_what_is_lost()
    {
        var page = Render<ServerPage>();
        await page.FindAll("button").Single(b => b.TextContent.Trim() == "Check the files").ClickAsync(new());
        Assert.Equal("Every file belongs to something, and nothing is missing.", page.Find("[role=status]").TextContent);
        Assert.Empty(page.FindAll(".missing"));

        _files.Report = new(1, 4_000_000, 2, ["a", "b"], ["users/1/albums/2/photos/3.photo"]);
        await page.FindAll("button").Single(b => b.TextContent.Trim() == "Check the files").ClickAsync(new());
        Assert.Equal("1 file (4 MB) belonged to nothing and went; 2 missing files came from a back-up; 2 small pictures were made again; 1 file is missing and in no back-up here:", page.Find("[role=status]").TextContent);
        Assert.Equal("users/1/albums/2/photos/3.photo", page.Find(".missing li").TextContent);
    }

    private sealed class Files : IFileCheck
    {
        public FileReport Report { get; set; } = new(0, 0, 0, [], []);

        public Task<FileReport?> CheckAsync(Viewer viewer) => Task.FromResult(viewer.IsAdmin ? Report : null);
    }

    private sealed class Known : IServerStatus
    {
        public IReadOnlyList<ServerSample> Taken { get; set; } = [];

        public IReadOnlyList<ServerPart> Parts { get; set; } = [];

        public IReadOnlyList<ServerSample> Samples(Viewer viewer) => viewer.IsAdmin ? Taken : [];

        public Task<IReadOnlyList<ServerPart>> PartsAsync(Viewer viewer) => Task.FromResult(Parts);
    }
}
