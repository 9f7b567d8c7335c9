using System.Security.Claims;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using MudBlazor.Services;
using WebStudio.Components.Access;
using WebStudio.Components.Training;

namespace WebStudio.Components.Tests.Training;

public sealed class JobPageTests : BunitContext
{
    private static readonly JobView Queued = new() { Id = Guid.NewGuid(), AlbumId = Guid.NewGuid(), ModelId = Guid.NewGuid(), ModelName = "Lea outdoors", State = "Queued", IsOpen = true, MayChange = true };

    private static readonly JobView Running = Queued with
    {
        State = "Running",
        Progress = new() { Stage = "Training", Done = 12, Total = 40, Remaining = 125, SecondsPerPhoto = 0.085, Memory = 1_500_000_000, Share = 0.3 },
    };

    private static readonly JobView Failed = Running with { State = "Failed", IsOpen = false, Error = "The disk is full. Make room and try again." };

    private readonly Trainings _trainings = new();
    private readonly IRenderedComponent<MudDialogProvider> _dialogs;

    public JobPageTests()
    {
        Services.AddMudServices(options => options.PopoverOptions.CheckForPopoverProvider = false);
        Services.AddSingleton<ITraining>(_trainings);
        JSInterop.Mode = JSRuntimeMode.Loose;
        var user = this.AddAuthorization().SetAuthorized("ada@example.org");
        user.SetClaims(new Claim(ClaimTypes.NameIdentifier, "ada"), new Claim(Viewer.StudioClaim, Guid.NewGuid().ToString()));
        _dialogs = Render<MudDialogProvider>();
    }

    [Fact]
    public void A_training_that_is_not_there_is_said_to_be_missing() => Assert.Contains("This training does not exist", Open(null).Find("h1").ParentElement!.TextContent);

    [Theory]
    [InlineData(0, "Next in the queue")]
    [InlineData(1, "One training is before this one")]
    [InlineData(3, "3 trainings are before this one")]
    public void A_waiting_training_says_how_many_come_before_it(int ahead, string text)
    {
        var page = Open(Queued with { Ahead = ahead });
        Assert.Equal("Lea outdoors", page.Find("h1").TextContent);
        Assert.Equal(text, page.Find("[role=status]").TextContent.Trim());
        Assert.Empty(page.FindAll("section"));
    }

    [Theory]
    [InlineData("Preparing", "", "Getting the photos ready")]
    [InlineData("Running", "Inverting", "Finding every photo in the base model")]
    [InlineData("Running", "Training", "Training")]
    [InlineData("Running", "Measuring", "Measuring the finished model")]
    public void A_training_under_way_says_what_is_done_at_the_moment(string state, string stage, string text) =>
        Assert.Equal(text, Open(Running with { State = state, Progress = new() { Stage = stage } }).Find("[role=status] strong").TextContent);

    [Fact]
    public void Progress_is_told_in_passes_time_left_speed_and_memory()
    {
        var page = Open(Running);
        Assert.Equal("pass 12 of 40 · 2:05 left · 85 ms a photo · 1.5 GB", page.Find("[role=status] .numbers").TextContent);
        Assert.Equal("30", page.Find("[role=progressbar]").GetAttribute("aria-valuenow"));
    }

    [Fact]
    public void Before_training_photos_are_counted_and_what_is_not_known_is_not_told() =>
        Assert.Equal("photo 3 of 23", Open(Running with { Progress = new() { Stage = "Inverting", Done = 3, Total = 23 } }).Find("[role=status] .numbers").TextContent);

    [Fact]
    public void Photos_stand_beside_what_the_model_makes_of_them_and_every_new_picture_has_a_new_address()
    {
        var page = Open(Running);
        Assert.Contains("They come with the first steps of training.", page.Find("section").TextContent);
        _trainings.Becomes(Running with { Progress = Running.Progress! with { Shown = [0, 7], Shot = 4 } });
        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll("figure:has(img)").Count), Patience);
        Assert.Equal([$"/files/jobs/{Running.Id}/photo-1.webp", $"/files/jobs/{Running.Id}/shot-1.webp?v=4"], page.FindAll("figure:has(img)")[1].QuerySelectorAll("img").Select(i => i.GetAttribute("src")));
    }

    [Fact]
    public void A_paused_training_can_be_resumed()
    {
        var page = Open(Running with { State = "Paused" });
        Assert.Equal("Paused", page.Find("[role=status] strong").TextContent);
        Assert.Equal(["Resume", "Stop …"], Buttons(page));
        Button(page, "Resume").Click();
        Assert.Equal(["resume"], _trainings.Asked);
    }

    [Fact]
    public void A_failed_training_says_why_and_can_be_tried_again()
    {
        var page = Open(Failed);
        Assert.Contains("The disk is full. Make room and try again.", page.Find(".mud-alert").TextContent);
        Assert.Equal("Failed", page.Find("[role=status]").TextContent.Trim());
        Button(page, "Try again from the last checkpoint").Click();
        Assert.Equal(["resume"], _trainings.Asked);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_finished_training_leads_to_the_editor_and_to_its_versions(bool mayChange)
    {
        var page = Open(Running with { State = "Succeeded", IsOpen = false, MayChange = mayChange });
        Assert.Equal("Trained", page.Find("[role=status]").TextContent.Trim());
        Assert.Equal([("Versions and report", $"/models/{Running.ModelId}"), ("Open editor", $"/models/{Running.ModelId}/edit")], page.FindAll(".page-head a").Select(a => (a.TextContent.Trim(), a.GetAttribute("href"))));
        Assert.Equal("100", page.Find("[role=progressbar]").GetAttribute("aria-valuenow"));
        Assert.Empty(Buttons(page));
    }

    [Theory]
    [InlineData("Queued")]
    [InlineData("Running")]
    [InlineData("Paused")]
    [InlineData("Failed")]
    public void Whoever_may_only_look_has_no_button_to_change_it_with(string state)
    {
        var page = Open(Running with { State = state, IsOpen = state != "Failed", MayChange = false });
        Assert.Equal("Lea outdoors", page.Find("h1").TextContent);
        Assert.Empty(Buttons(page));
    }

    [Fact]
    public void A_pause_is_asked_for_once_and_the_buttons_wait_until_it_came()
    {
        var page = Open(Running);
        Button(page, "Pause").Click();
        Assert.Equal(["pause"], _trainings.Asked);
        Assert.All(["Pause", "Stop …"], text => Assert.True(Button(page, text).HasAttribute("disabled"), text));
        _trainings.Becomes(Running with { State = "Paused" });
        page.WaitForAssertion(() => Assert.False(Button(page, "Resume").HasAttribute("disabled")), Patience);
        Assert.False(Button(page, "Stop …").HasAttribute("disabled"));
    }

    [Theory]
    [InlineData("Keep what there is", "keep")]
    [InlineData("Drop it", "drop")]
    [InlineData("Go on training", null)]
    public void Stopping_asks_what_becomes_of_it(string answer, string? asked)
    {
        var page = Open(Running);
        Button(page, "Stop …").Click();
        _dialogs.WaitForAssertion(() => Assert.Contains("can become a version", _dialogs.Markup));
        Button(_dialogs, answer).Click();
        page.WaitForAssertion(() => Assert.Equal(asked is not null, Button(page, "Stop …").HasAttribute("disabled")));
        Assert.Equal(asked is null ? [] : [asked], _trainings.Asked);
    }

    [Fact]
    public void Before_training_there_is_nothing_to_keep()
    {
        var page = Open(Queued);
        Button(page, "Stop …").Click();
        _dialogs.WaitForAssertion(() => Assert.Contains("There is nothing to keep yet.", _dialogs.Markup));
        Assert.DoesNotContain("Keep what there is", _dialogs.Markup);
        Button(_dialogs, "Drop it").Click();
        page.WaitForAssertion(() => Assert.Equal(["drop"], _trainings.Asked));
    }

    [Fact]
    public void The_page_follows_its_training_to_the_end()
    {
        var page = Open(Queued with { Ahead = 1 });
        _trainings.Becomes(Running);
        page.WaitForAssertion(() => Assert.Contains("pass 12 of 40", page.Find("[role=status]").TextContent), Patience);
        _trainings.Becomes(Failed);
        page.WaitForAssertion(() => Assert.Contains("The disk is full.", page.Markup), Patience);
        _trainings.Becomes(null);
        page.WaitForAssertion(() => Assert.Contains("was dropped", page.Markup), Patience);
    }

    [Fact]
    public void A_page_that_is_left_listens_no_longer()
    {
        var page = Open(Running);
        Assert.Equal(1, _trainings.Watching);
        page.Instance.Dispose();
        Assert.Equal(0, _trainings.Watching);
    }

    /// <summary>The page redraws twice a second at most.</summary>
    private static TimeSpan Patience => TimeSpan.FromSeconds(20);

    private IRenderedComponent<JobPage> Open(JobView? job)
    {
        _trainings.Job = job;
        return Render<JobPage>(page => page.Add(p => p.JobId, Queued.Id));
    }

    private static IEnumerable<string> Buttons(IRenderedComponent<JobPage> page) => page.FindAll(".page-head button").Select(b => b.TextContent.Trim());

    private static AngleSharp.Dom.IElement Button<T>(IRenderedComponent<T> page, string text)
        where T : Microsoft.AspNetCore.Components.IComponent => page.FindAll("button").Single(b => b.TextContent.Trim() == text);
}
