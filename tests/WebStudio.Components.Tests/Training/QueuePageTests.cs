using System.Security.Claims;
using Bunit;
using Bunit.TestDoubles;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;
using WebStudio.Components.Access;
using WebStudio.Components.Training;

namespace WebStudio.Components.Tests.Training;

public sealed class QueuePageTests : BunitContext
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);

    private static readonly QueueEntry Own = new("Lea outdoors", "Ada", "Running", Noon) { JobId = Guid.NewGuid(), Share = 0.41 }, Others = new("Somebody's training", "", "Queued", Noon.AddMinutes(1));

    private readonly Queue _queue = new();
    private readonly Feed _feed = new();
    private readonly BunitAuthorizationContext _user;

    public QueuePageTests()
    {
        Services.AddMudServices(options => options.PopoverOptions.CheckForPopoverProvider = false);
        Services.AddSingleton<IJobQueue>(_queue);
        Services.AddSingleton<IJobFeed>(_feed);
        JSInterop.Mode = JSRuntimeMode.Loose;
        _user = this.AddAuthorization().SetAuthorized("ada@example.org");
        _user.SetClaims(new Claim(ClaimTypes.NameIdentifier, "ada"), new Claim(Viewer.StudioClaim, Guid.NewGuid().ToString()));
    }

    [Fact]
    public void While_the_queue_is_read_the_page_says_so()
    {
        _queue.Hold = new();
        var page = Render<QueuePage>();
        Assert.NotNull(page.Find("[aria-label='Loading']"));
        _queue.Hold.SetResult();
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
    public async Task A_long_queue_comes_in_pages_and_places_are_counted_over_all_of_them()
    {
        _queue.Entries = [Own, .. Enumerable.Range(0, 40).Select(n => Others with { CreatedAt = Noon.AddMinutes(n) })];
        var page = Render<QueuePage>();
        Assert.Equal(25, page.FindAll("tbody tr").Count);
        await page.Find("button[aria-label='Next page']").ClickAsync(new());
        Assert.Equal(Enumerable.Range(25, 16).Select(n => $"waits, place {n}"), page.FindAll("td[data-label='State']").Select(c => c.TextContent.Trim()));
    }

    [Fact]
    public void Ones_own_training_can_be_opened_and_somebody_elses_only_takes_a_place()
    {
        _queue.Entries = [Own, Others];
        var rows = Render<QueuePage>().FindAll("tbody tr");
        Assert.Equal(("Lea outdoors", $"/jobs/{Own.JobId}"), (rows[0].QuerySelector("a")!.TextContent, rows[0].QuerySelector("a")!.GetAttribute("href")));
        Assert.Equal(["Lea outdoors", "Ada", "running, 41 %", "4 Mar, 12:00 UTC", "", ""], Cells(rows[0]));
        Assert.Null(rows[1].QuerySelector("a"));
        Assert.Equal(["Somebody's training", "", "waits, place 1", "4 Mar, 12:01 UTC", "not known yet", ""], Cells(rows[1]));
    }

    [Fact]
    public void Places_are_counted_among_those_that_wait()
    {
        _queue.Entries = [Own with { Share = null }, Others, Others with { CreatedAt = Noon.AddMinutes(2) }, Own with { State = "Queued" }, Own with { State = "Paused" }];
        Assert.Equal(["running", "waits, place 1", "waits, place 2", "waits, place 3", "paused"], Render<QueuePage>().FindAll("tbody tr").Select(row => Cells(row).ElementAt(2)));
    }

    [Fact]
    public void The_queue_follows_the_queue_until_the_page_is_left()
    {
        _queue.Entries = [Own];
        var page = Render<QueuePage>();
        _queue.Entries = [Own with { Share = 0.42 }];
        _feed.Tell(new(Own.JobId!.Value, Guid.NewGuid(), Own.Name, "Running", false, ""));
        page.WaitForAssertion(() => Assert.Contains("running, 42 %", page.Markup));
        page.Instance.Dispose();
        Assert.Equal(0, _feed.Listeners);
    }

    [Fact]
    public void When_a_training_begins_or_what_holds_it_up_is_told()
    {
        _queue.Entries = [Others with { Start = Noon.AddHours(2) }, Others with { Waits = "The device time of the day is used up." }];
        Assert.Equal(["4 Mar, 14:00 UTC", "The device time of the day is used up."], Render<QueuePage>().FindAll("tbody tr").Select(row => Cells(row).ElementAt(4)));
    }

    [Fact]
    public void Only_an_admin_stops_the_queue_and_everybody_sees_who_did()
    {
        _queue.Entries = [Others];
        Assert.DoesNotContain("Stop the queue", Render<QueuePage>().Markup);
        _user.SetClaims(new Claim(ClaimTypes.NameIdentifier, "ada"), new Claim(Viewer.StudioClaim, Guid.NewGuid().ToString()), new Claim(ClaimTypes.Role, StudioRoles.Admin));
        var page = Render<QueuePage>();
        page.FindAll("button").Single(b => b.TextContent.Contains("Stop the queue", StringComparison.Ordinal)).Click();
        page.WaitForAssertion(() => Assert.Contains("Ada stopped the queue on 4 Mar, 12:00 UTC", page.Markup));
        page.FindAll("button").Single(b => b.TextContent.Contains("Let it go on", StringComparison.Ordinal)).Click();
        page.WaitForAssertion(() => Assert.DoesNotContain("stopped the queue", page.Markup));
    }

    private sealed class Queue : IJobQueue
    {
        private bool _paused;

        public IReadOnlyList<QueueEntry> Entries { get; set; } = [];

        /// <summary>While it is set, reading waits for it.</summary>
        public TaskCompletionSource? Hold { get; set; }

        public async Task<QueueView> ReadAsync(Viewer viewer)
        {
            if (Hold is { } hold)
                await hold.Task;
            return new(Entries, _paused ? "Ada" : null, _paused ? Noon : null);
        }

        public Task PrioritizeAsync(Viewer viewer, Guid job, int priority) => Task.CompletedTask;

        public Task SetPausedAsync(Viewer viewer, bool paused)
        {
            _paused = paused;
            return Task.CompletedTask;
        }
    }

    private static IEnumerable<string> Cells(AngleSharp.Dom.IElement row) => row.QuerySelectorAll("td").Select(cell => cell.TextContent.Trim());
}
