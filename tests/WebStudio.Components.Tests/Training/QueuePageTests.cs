using System.Security.Claims;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;
using WebStudio.Components.Access;
using WebStudio.Components.Training;

namespace WebStudio.Components.Tests.Training;

public sealed class QueuePageTests : BunitContext
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);

    private static readonly QueueEntry Own = new(Guid.NewGuid(), "Lea outdoors", "Ada", "Running", Noon, 0.41), Others = new(null, "Somebody's training", "", "Queued", Noon.AddMinutes(1), null);

    private readonly Trainings _trainings = new();
    private readonly Feed _feed = new();

    public QueuePageTests()
    {
        Services.AddMudServices(options => options.PopoverOptions.CheckForPopoverProvider = false);
        Services.AddSingleton<ITraining>(_trainings);
        Services.AddSingleton<IJobFeed>(_feed);
        JSInterop.Mode = JSRuntimeMode.Loose;
        var user = this.AddAuthorization().SetAuthorized("ada@example.org");
        user.SetClaims(new Claim(ClaimTypes.NameIdentifier, "ada"), new Claim(Viewer.StudioClaim, Guid.NewGuid().ToString()));
    }

    [Fact]
    public void While_the_queue_is_read_the_page_says_so()
    {
        _trainings.Hold = new();
        var page = Render<QueuePage>();
        Assert.NotNull(page.Find("[aria-label='Loading']"));
        _trainings.Hold.SetResult();
        page.WaitForAssertion(() => Assert.Empty(page.FindAll("[aria-label='Loading']")));
    }

    [Fact]
    public void An_empty_queue_says_where_a_training_begins()
    {
        var page = Render<QueuePage>();
        Assert.Contains("Nothing is waiting.", page.Find(".empty").TextContent);
        Assert.Equal("/albums", page.Find(".empty a").GetAttribute("href"));
        Assert.Empty(page.FindAll("table"));
    }

    [Fact]
    public void Ones_own_training_can_be_opened_and_somebody_elses_only_takes_a_place()
    {
        _trainings.Queue = [Own, Others];
        var rows = Render<QueuePage>().FindAll("tbody tr");
        Assert.Equal(("Lea outdoors", $"/jobs/{Own.JobId}"), (rows[0].QuerySelector("a")!.TextContent, rows[0].QuerySelector("a")!.GetAttribute("href")));
        Assert.Equal(["Lea outdoors", "Ada", "running, 41 %", "4 Mar, 12:00 UTC"], Cells(rows[0]));
        Assert.Null(rows[1].QuerySelector("a"));
        Assert.Equal(["Somebody's training", "", "waits, place 1", "4 Mar, 12:01 UTC"], Cells(rows[1]));
    }

    [Fact]
    public void Places_are_counted_among_those_that_wait()
    {
        _trainings.Queue = [Own with { Share = null }, Others, Others with { CreatedAt = Noon.AddMinutes(2) }, Own with { State = "Queued" }, Own with { State = "Paused" }];
        Assert.Equal(["running", "waits, place 1", "waits, place 2", "waits, place 3", "paused"], Render<QueuePage>().FindAll("tbody tr").Select(row => Cells(row).ElementAt(2)));
    }

    [Fact]
    public void The_queue_follows_the_trainings_until_the_page_is_left()
    {
        _trainings.Queue = [Own];
        var page = Render<QueuePage>();
        _trainings.Queue = [Own with { Share = 0.42 }];
        _feed.Tell(new(Own.JobId!.Value, Guid.NewGuid(), Own.Name, "Running", false, ""));
        page.WaitForAssertion(() => Assert.Contains("running, 42 %", page.Markup));
        page.Instance.Dispose();
        Assert.Equal(0, _feed.Listeners);
    }

    private static IEnumerable<string> Cells(AngleSharp.Dom.IElement row) => row.QuerySelectorAll("td").Select(cell => cell.TextContent.Trim());
}
