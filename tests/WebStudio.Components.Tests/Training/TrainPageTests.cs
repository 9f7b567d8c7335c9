using System.Security.Claims;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using MudBlazor.Services;
using WebStudio.Components.Access;
using WebStudio.Components.Albums;
using WebStudio.Components.Tests.Albums;
using WebStudio.Components.Training;

namespace WebStudio.Components.Tests.Training;

public sealed class TrainPageTests : BunitContext
{
    private static readonly Guid Album = Guid.NewGuid(), Model = Guid.NewGuid(), Base = Guid.NewGuid();

    private static readonly TrainingPlan Plan = new()
    {
        AlbumName = "Summer",
        Person = "Lea",
        Photos = 23,
        Attributes = [new("yaw", "°", false, 23, "−30 to 30 °", ""), new("smile", "%", false, 23, "0 to 90 %", ""), new("age", "years", false, 20, "25 to 40 years", ""), new("eyes", "%", false, 0, "no values", ""), new("glasses", "", true, 9, "yes, no", "Few photos have a value.")],
        Qualities = [new(TrainingQuality.Quick, 10, TimeSpan.FromMinutes(4)), new(TrainingQuality.Standard, 40, TimeSpan.FromMinutes(16)), new(TrainingQuality.Long, 120, TimeSpan.FromMinutes(80))],
        Bases = [new(null, "faces", 128, "non-commercial"), new(Base, "FFHQ", 1024, "as its file says")],
        Models = [],
    };

    private readonly Trainings _trainings = new() { Plan = Plan };
    private readonly IRenderedComponent<MudPopoverProvider> _popovers;

    public TrainPageTests()
    {
        Services.AddMudServices(options => options.PopoverOptions.CheckForPopoverProvider = false);
        Services.AddSingleton<ITraining>(_trainings);
        Services.AddSingleton<IAlbums>(new KnownAlbums());
        JSInterop.Mode = JSRuntimeMode.Loose;
        var user = this.AddAuthorization().SetAuthorized("ada@example.org");
        user.SetClaims(new Claim(ClaimTypes.NameIdentifier, "ada"), new Claim(Viewer.StudioClaim, Guid.NewGuid().ToString()));
        _popovers = Render<MudPopoverProvider>();
    }

    [Fact]
    public void While_the_plan_is_made_the_page_says_what_takes_its_time()
    {
        _trainings.Hold = new();
        var page = Open();
        Assert.NotNull(page.Find("[role=progressbar][aria-label*='speed']"));
        Assert.Empty(page.FindAll("h1"));
        _trainings.Hold.SetResult();
        page.WaitForAssertion(() => Assert.Equal("Train a model of Lea", page.Find("h1").TextContent));
    }

    [Fact]
    public void An_album_that_is_not_there_is_said_to_be_missing()
    {
        _trainings.Plan = null;
        var page = Open();
        Assert.Contains("This album does not exist", page.Find("h1").ParentElement!.TextContent);
        Assert.Empty(page.FindAll("button"));
    }

    [Fact]
    public void What_speaks_against_a_training_is_said_and_none_can_be_started()
    {
        _trainings.Plan = Plan with { Refusal = "No consent is recorded for this album." };
        var page = Open();
        Assert.Contains("No consent is recorded for this album.", page.Find(".mud-alert").TextContent);
        Assert.True(StartButton(page).HasAttribute("disabled"), "a start would be refused");
    }

    [Fact]
    public void Head_turn_and_smile_are_chosen_at_first_unless_little_can_be_expected_of_them()
    {
        Assert.Equal(["Head turn", "Smile"], Chosen(Open()));
        _trainings.Plan = Plan with { Attributes = [Plan.Attributes[0], Plan.Attributes[1] with { Warning = "All photos smile." }] };
        var page = Open();
        Assert.Equal(["Head turn"], Chosen(page));
        Assert.Equal("All photos smile.", page.Find(".warning").TextContent);
    }

    [Fact]
    public void Each_attribute_says_what_the_album_offers_and_one_without_values_cannot_be_chosen()
    {
        var page = Open();
        Assert.Equal(["−30 to 30 °", "0 to 90 %", "25 to 40 years", "no values", "yes, no"], page.FindAll(".offer").Select(o => o.FirstChild!.TextContent.Trim()));
        Assert.Equal("Few photos have a value.", page.Find(".warning").TextContent);
        Assert.Equal(["Eyes open"], page.FindAll(".attributes li").Where(row => row.QuerySelector("input[type=checkbox]")!.HasAttribute("disabled")).Select(Label));
    }

    [Fact]
    public void What_is_chosen_stands_first_in_the_order_of_choosing_and_can_be_moved_earlier()
    {
        var page = Open();
        Choose(page, "glasses", true);
        Choose(page, "Age", true);
        Assert.Equal(["Head turn", "Smile", "glasses", "Age", "Eyes open"], page.FindAll(".attributes li").Select(Label));
        Choose(page, "Smile", false);
        Assert.Equal(["Head turn", "glasses", "Age"], Chosen(page));
        page.Find("[aria-label='Age earlier']").Click();
        Assert.Equal(["Head turn", "Age", "glasses"], Chosen(page));
        Assert.Equal(Chosen(page), page.FindAll(".attributes li:has(input[type=checkbox][checked])").Select(Label));
        Assert.Equal(["Head turn earlier"], page.FindAll("button[disabled]").Select(b => b.GetAttribute("aria-label")));
    }

    [Fact]
    public void One_that_is_chosen_later_comes_later_wherever_it_stood()
    {
        _trainings.Plan = Plan with { Attributes = [Plan.Attributes[0], Plan.Attributes[2], new("pitch", "°", false, 23, "−10 to 10 °", ""), Plan.Attributes[1]] };
        var page = Open();
        Assert.Equal(["Head turn", "Smile"], Chosen(page));
        Choose(page, "Age", true);
        Assert.Equal(["Head turn", "Smile", "Age"], Chosen(page));
    }

    [Fact]
    public void With_nothing_chosen_nothing_can_be_started()
    {
        var page = Open();
        Choose(page, "Head turn", false);
        Choose(page, "Smile", false);
        Assert.True(StartButton(page).HasAttribute("disabled"), "a model needs an attribute");
        Choose(page, "Age", true);
        Assert.False(StartButton(page).HasAttribute("disabled"));
    }

    [Fact]
    public void A_start_sends_what_was_chosen_and_leads_to_the_training()
    {
        var page = Open();
        Choose(page, "Age", true);
        page.Find("[aria-label='Age earlier']").Click();
        page.FindAll(".attributes li").Single(row => Label(row) == "Age").QuerySelector(".levels input")!.Change("7");
        page.FindAll(".quality").Single(q => q.TextContent.Contains("Long", StringComparison.Ordinal)).QuerySelector("input")!.Change("on");
        Field(page, "Name of the model").Change("Lea outdoors");
        _popovers.Choose(page, "Base model", "FFHQ, 1024 px");
        StartButton(page).Click();
        var request = Assert.Single(_trainings.Started);
        Assert.Equal([new("yaw", null), new("age", 7), new("smile", null)], request.Attributes);
        Assert.Equal((Album, null, "Lea outdoors", TrainingQuality.Long, Base), (request.AlbumId, request.ModelId, request.ModelName, request.Quality, request.BaseId));
        Assert.NotEqual(Guid.Empty, request.RequestId);
        Assert.EndsWith($"/jobs/{_trainings.Answer.Job}", Address, StringComparison.Ordinal);
    }

    [Fact]
    public void Untouched_it_is_a_standard_training_of_a_new_model_on_the_built_in_base_named_after_the_person()
    {
        var page = Open();
        Assert.Contains("about 16 minutes", page.Find(".quality.chosen").TextContent);
        StartButton(page).Click();
        var request = Assert.Single(_trainings.Started);
        Assert.Equal((null, "Lea", TrainingQuality.Standard, null), (request.ModelId, request.ModelName, request.Quality, request.BaseId));
    }

    [Fact]
    public void An_album_with_a_model_gets_a_further_version_unless_a_new_one_is_wanted()
    {
        _trainings.Plan = Plan with { Models = [(Model, "Lea at home")] };
        var page = Open();
        Assert.DoesNotContain("Name of the model", page.Markup);
        StartButton(page).Click();
        _popovers.Choose(page, "Model", "A new model");
        Assert.NotNull(Field(page, "Name of the model"));
        StartButton(page).Click();
        Assert.Equal([Model, null], _trainings.Started.Select(r => r.ModelId));
    }

    [Fact]
    public void A_refused_start_says_why_and_may_be_tried_again()
    {
        _trainings.Answer = (null, "This album does not exist any more.");
        var page = Open();
        var before = Address;
        StartButton(page).Click();
        Assert.Contains("This album does not exist any more.", page.Find(".mud-alert").TextContent);
        Assert.Equal(before, Address);
        _trainings.Answer = (Guid.NewGuid(), null);
        StartButton(page).Click();
        Assert.Empty(page.FindAll(".mud-alert"));
        Assert.EndsWith($"/jobs/{_trainings.Answer.Job}", Address, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_click_while_the_first_is_under_way_starts_nothing()
    {
        var page = Open();
        _trainings.Hold = new();
        StartButton(page).Click();
        Assert.True(StartButton(page).HasAttribute("disabled"), "a start is under way");
        // A click that was on its way before the button was disabled.
        var late = page.InvokeAsync(() => page.FindComponents<MudButton>().Single(b => b.Instance.Variant == Variant.Filled).Instance.OnClick.InvokeAsync());
        Assert.Single(_trainings.Started);
        _trainings.Hold.SetResult();
        await late;
        page.WaitForAssertion(() => Assert.EndsWith($"/jobs/{_trainings.Answer.Job}", Address, StringComparison.Ordinal));
        Assert.Single(_trainings.Started);
    }

    private string Address => Services.GetRequiredService<NavigationManager>().Uri;

    private IRenderedComponent<TrainPage> Open() => Render<TrainPage>(page => page.Add(p => p.AlbumId, Album));

    private static AngleSharp.Dom.IElement StartButton(IRenderedComponent<TrainPage> page) => page.FindAll("button").Single(b => b.TextContent.Trim() == "Start training");

    private static string Label(AngleSharp.Dom.IElement row) => row.QuerySelector("label")!.TextContent.Trim();

    private static IEnumerable<string> Chosen(IRenderedComponent<TrainPage> page) => page.FindAll(".attributes li.chosen").Select(Label);

    private static void Choose(IRenderedComponent<TrainPage> page, string attribute, bool on) => page.FindAll(".attributes li").Single(row => Label(row) == attribute).QuerySelector("input[type=checkbox]")!.Change(on);

    private static AngleSharp.Dom.IElement Field(IRenderedComponent<TrainPage> page, string label) => page.FindAll(".into .mud-input-control").Single(c => c.QuerySelector("label")?.TextContent == label).QuerySelector("input")!;
}
