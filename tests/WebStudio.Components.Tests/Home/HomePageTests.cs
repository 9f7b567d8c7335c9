using System.Security.Claims;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;
using WebStudio.Components.Access;
using WebStudio.Components.Albums;
using WebStudio.Components.Home;
using WebStudio.Components.Tests.Training;
using WebStudio.Components.Training;

namespace WebStudio.Components.Tests.Home;

public sealed class HomePageTests : BunitContext
{
    private static readonly Guid Album = Guid.NewGuid(), Model = Guid.NewGuid(), Job = Guid.NewGuid();

    private readonly Cards _cards = new();
    private readonly Feed _feed = new();

    public HomePageTests()
    {
        Services.AddMudServices(options => options.PopoverOptions.CheckForPopoverProvider = false);
        Services.AddSingleton<IHome>(_cards);
        Services.AddSingleton<IJobFeed>(_feed);
        Services.AddSingleton<ISampleAlbum>(new NoSample());
        JSInterop.Mode = JSRuntimeMode.Loose;
        var user = this.AddAuthorization().SetAuthorized("ada@example.org");
        user.SetClaims(new Claim(ClaimTypes.NameIdentifier, "ada"), new Claim(Viewer.StudioClaim, Guid.NewGuid().ToString()), new Claim(Viewer.DisplayNameClaim, "Ada"));
    }

    private static StudioCard Card(CardState state, string detail, string? owner = null) =>
        new(Album, state == CardState.NoModel ? null : Model, state == CardState.NoModel ? null : Job, "Summer", "Lea", false, owner, null, state, detail);

    [Fact]
    public void While_the_cards_are_read_the_page_says_so()
    {
        _cards.Hold = new();
        var page = Render<HomePage>();
        Assert.NotNull(page.Find("[aria-label='Loading']"));
        _cards.Hold.SetResult();
        page.WaitForAssertion(() => Assert.Contains("Welcome, Ada", page.Find("h1").TextContent));
    }

    [Fact]
    public void A_newcomer_is_told_what_to_do_first()
    {
        var page = Render<HomePage>();
        Assert.Equal("Welcome, Ada", page.Find("h1").TextContent);
        Assert.Equal("Create an album", page.Find("a[href='/albums/new']").TextContent.Trim());
        Assert.Contains(page.FindAll("button"), button => button.TextContent.Contains("sample album", StringComparison.Ordinal));
        Assert.Empty(page.FindComponents<ModelCard>());
    }

    public static TheoryData<CardState, string, string> Ways => new()
    {
        { CardState.NoModel, "Open album", $"/albums/{Album}" },
        { CardState.Queued, "Watch training", $"/jobs/{Job}" },
        { CardState.Training, "Watch training", $"/jobs/{Job}" },
        { CardState.Paused, "Watch training", $"/jobs/{Job}" },
        { CardState.Ready, "Open editor", $"/models/{Model}/edit" },
        { CardState.Failed, "See what happened", $"/jobs/{Job}" },
    };

    [Theory, MemberData(nameof(Ways))]
    public void A_card_says_where_it_stands_and_leads_on(CardState state, string action, string address)
    {
        _cards.List = [Card(state, "as it stands")];
        var page = Render<HomePage>();
        Assert.All(["Summer", "Lea", "as it stands"], text => Assert.Contains(text, page.Find(".card").TextContent));
        var button = page.Find(".actions a");
        Assert.Equal((action, address), (button.TextContent.Trim(), button.GetAttribute("href")));
        Assert.DoesNotContain("In your studio", page.Markup);
    }

    [Fact]
    public void Supervisors_see_what_is_others_apart_and_with_the_owners_name()
    {
        _cards.List = [Card(CardState.Ready, "Version 1"), Card(CardState.NoModel, "14 photos", "Bob")];
        var page = Render<HomePage>();
        Assert.Equal(["Your models", "In your studio"], page.FindAll("h1, h2").Select(h => h.TextContent));
        var groups = page.FindAll(".cards");
        Assert.DoesNotContain("by Bob", groups[0].TextContent);
        Assert.Contains("by Bob", groups[1].TextContent);
    }

    [Fact]
    public void A_supervisor_without_an_album_is_welcomed_too()
    {
        _cards.List = [Card(CardState.NoModel, "14 photos", "Bob")];
        var page = Render<HomePage>();
        Assert.Equal(["Welcome, Ada", "In your studio"], page.FindAll("h1, h2").Select(h => h.TextContent));
    }

    [Fact]
    public async Task Many_cards_come_in_pages_that_are_turned_each_by_itself()
    {
        _cards.PageSize = 2;
        _cards.List = [.. Enumerable.Range(0, 5).SelectMany(n => (StudioCard[])[Named($"own {n}", null), Named($"other {n}", "Bob")])];
        var page = Render<HomePage>();
        string[] Names(int group) => [.. page.FindAll(".cards")[group].QuerySelectorAll("h3").Select(h => h.TextContent)];
        Assert.Equal((["own 0", "own 1"], ["other 0", "other 1"]), (Names(0), Names(1)), SameNames);
        await page.FindAll("nav")[1].QuerySelectorAll("button").Single(b => b.TextContent.Trim() == "3").ClickAsync(new());
        Assert.Equal((["own 0", "own 1"], ["other 4"]), (Names(0), Names(1)), SameNames);
        _feed.Tell(new(Job, Model, "Summer", "Running", false, "")); // cards that change stay on their page
        page.WaitForAssertion(() => Assert.Equal(["other 4"], Names(1)));
    }

    private static StudioCard Named(string name, string? owner) => Card(CardState.Ready, "Version 1", owner) with { AlbumId = Guid.NewGuid(), ModelId = Guid.NewGuid(), Name = name };

    private static bool SameNames((string[], string[]) a, (string[], string[]) b) => a.Item1.SequenceEqual(b.Item1) && a.Item2.SequenceEqual(b.Item2);

    [Fact]
    public void Cards_follow_the_trainings_until_the_page_is_left()
    {
        _cards.List = [Card(CardState.Training, "training 41 %")];
        var page = Render<HomePage>();
        _cards.List = [Card(CardState.Training, "training 42 %")];
        _feed.Tell(new(Job, Model, "Summer", "Running", false, ""));
        page.WaitForAssertion(() => Assert.Contains("training 42 %", page.Find(".state").TextContent));
        page.Instance.Dispose();
        Assert.Equal(0, _feed.Listeners);
    }

    private sealed class Cards : IHome
    {
        public IReadOnlyList<StudioCard> List { get; set; } = [];

        public TaskCompletionSource? Hold { get; set; }

        public int PageSize { get; set; } = 24;

        public async Task<Paged<StudioCard>> OwnAsync(Viewer viewer, int page)
        {
            if (Hold is { } hold)
                await hold.Task;
            return Pages.Of([.. List.Where(c => c.Owner is null)], page, PageSize);
        }

        public Task<Paged<StudioCard>> OthersAsync(Viewer viewer, int page) => Task.FromResult(Pages.Of([.. List.Where(c => c.Owner is not null)], page, PageSize));
    }

    private sealed class NoSample : ISampleAlbum
    {
        public Task<Guid> CreateAsync(Viewer viewer, IProgress<(int Done, int Total)>? progress = null, CancellationToken cancel = default) => Task.FromResult(Guid.Empty);
    }
}
