using Microsoft.Extensions.DependencyInjection;
using WebStudio.Components;
using WebStudio.Components.Access;
using WebStudio.Components.Albums;
using WebStudio.Components.Home;
using WebStudio.Components.Reviews;
using WebStudio.Components.Training;
using WebStudio.Gpu.Faces.Curation;
using WebStudio.Server.Jobs;
using WebStudio.Server.Models;
using WebStudio.Server.Reviews;
using WebStudio.Server.Tests.Data;
using WebStudio.Server.Tests.Editing;
using Album = WebStudio.Server.Albums.Album;
using Photo = WebStudio.Server.Albums.Photo;

namespace WebStudio.Server.Tests.Home;

/// <summary>A studio with many albums: every card once and in order, page after page, and no more questions to the database than with a few.</summary>
public sealed class LongListTests(StudioServer server) : IClassFixture<StudioServer>
{
    private static readonly DateTimeOffset Start = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private IHome Home => server.Services.GetRequiredService<IHome>();

    private IAlbums Albums => server.Services.GetRequiredService<IAlbums>();

    private IReviews Reviews => server.Services.GetRequiredService<IReviews>();

    [Theory]
    [InlineData("home")]
    [InlineData("the studio's home")]
    [InlineData("albums")]
    [InlineData("the studio's albums")]
    [InlineData("albums for programmes")]
    [InlineData("reviews that wait")]
    [InlineData("decided reviews")]
    [InlineData("queue")]
    public async Task Many_albums_take_as_many_queries_as_a_few(string list)
    {
        var (ada, sue) = (await JoinAsync(), await JoinAsync(StudioRoles.Supervisor));
        await AddAsync(ada, 3);
        var few = await QueryCount.OfAsync(() => ReadAsync(list, ada, sue));
        await AddAsync(ada, 40);
        Assert.Equal(few, await QueryCount.OfAsync(() => ReadAsync(list, ada, sue)));
        Assert.InRange(few, 1, 10);
    }

    [Fact]
    public async Task Home_shows_every_model_and_every_album_without_one_once_the_newest_first()
    {
        var (ada, sue) = (await JoinAsync(), await JoinAsync(StudioRoles.Supervisor));
        var added = await AddAsync(ada, 61);
        var expected = added.OrderByDescending(a => a.Album.CreatedAt).SelectMany(a => a.Models.Count == 0 ? [a.Album.Name] : a.Models.OrderBy(m => m.Id).Select(m => m.Name)).ToList();
        Assert.Equal(expected, (await AllAsync(page => Home.OwnAsync(ada, page))).Select(c => c.Name));
        Assert.Equal(expected, (await AllAsync(page => Home.OthersAsync(sue, page))).Where(c => c.Owner == NameOf(ada)).Select(c => c.Name));
        Assert.Equal(0, (await Home.OthersAsync(ada, 0)).Total);
        Assert.Empty((await Home.OwnAsync(sue, 0)).Items);
    }

    [Fact]
    public async Task Albums_come_page_after_page_with_their_own_counts_and_pictures_in_use_first()
    {
        var ada = await JoinAsync();
        var added = await AddAsync(ada, 50);
        var cards = await AllAsync(page => Albums.OwnAsync(ada, page));
        Assert.Equal(added.OrderByDescending(a => a.Album.CreatedAt).Select(a => a.Album.Id), cards.Select(c => c.Id));
        Assert.All(cards, card =>
        {
            var photos = added.Single(a => a.Album.Id == card.Id).Photos;
            Assert.Equal((photos.Count, photos.Count(IsUsed)), (card.Photos, card.Used));
            Assert.Equal(photos.OrderByDescending(IsUsed).ThenBy(p => p.Id).Take(4).Select(p => p.Id), card.Covers.Select(c => c.PhotoId));
        });
        Assert.Equal(cards.Select(c => (c.Id, c.Photos, c.Used)), (await Albums.ListAsync(ada)).Select(c => (c.Id, c.Photos, c.Used)));
        Assert.Equal(cards[7].Photos, (await Albums.CardAsync(ada, cards[7].Id))!.Photos);
        Assert.Null(await Albums.CardAsync(await JoinAsync(), cards[7].Id));
    }

    [Fact]
    public async Task A_page_that_is_there_no_more_is_the_last_one()
    {
        var ada = await JoinAsync();
        Assert.Equal((0, 0, 0), Figures(await Home.OwnAsync(ada, 3)));
        await AddAsync(ada, 30);
        var last = await Albums.OwnAsync(ada, 1000);
        Assert.Equal((1, 2, 30), Figures(last));
        Assert.Equal(6, last.Items.Count);
        Assert.Equal((0, 2, 30), Figures(await Albums.OwnAsync(ada, -5)));
    }

    [Fact]
    public async Task Every_review_that_waits_is_found_however_many_there_are()
    {
        var (ada, sue) = (await JoinAsync(), await JoinAsync(StudioRoles.Supervisor));
        var waiting = (await AddAsync(ada, 120)).SelectMany(a => a.Reviews).Where(r => r.State == ReviewState.Waiting).Select(r => r.Id).ToList();
        var listed = (await AllAsync(page => Reviews.InboxAsync(sue, decided: false, page))).Where(r => r.Author == NameOf(ada)).Select(r => r.Id).ToList();
        Assert.Equal(waiting.Order(), listed.Order());
    }

    private static (int At, int Pages, int Total) Figures<T>(Paged<T> page) => (page.At, page.Pages, page.Total);

    private static bool IsUsed(Photo photo) => photo.Verdict == PhotoVerdict.Used;

    private readonly Dictionary<string, string> _names = [];

    private string NameOf(Viewer viewer) => _names[viewer.UserId];

    private async Task<Viewer> JoinAsync(params string[] roles)
    {
        var name = Guid.NewGuid().ToString("N");
        var viewer = await server.JoinAsync(name, roles);
        _names[viewer.UserId] = name;
        return viewer;
    }

    private Task ReadAsync(string list, Viewer ada, Viewer sue) => list switch
    {
        "home" => Home.OwnAsync(ada, 0),
        "the studio's home" => Home.OthersAsync(sue, 0),
        "albums" => Albums.OwnAsync(ada, 0),
        "the studio's albums" => Albums.OthersAsync(sue, 0),
        "albums for programmes" => Albums.ListAsync(ada),
        "reviews that wait" => Reviews.InboxAsync(sue, decided: false, 0),
        "decided reviews" => Reviews.InboxAsync(sue, decided: true, 0),
        "queue" => server.Services.GetRequiredService<IJobQueue>().ReadAsync(ada),
        _ => throw new ArgumentOutOfRangeException(nameof(list)),
    };

    /// <summary>All pages, one behind the other.</summary>
    private static async Task<List<T>> AllAsync<T>(Func<int, Task<Paged<T>>> read)
    {
        var all = new List<T>();
        for (var page = 0; page == 0 || page < (await read(0)).Pages; page++)
            all.AddRange((await read(page)).Items);
        Assert.Equal((await read(0)).Total, all.Count);
        return all;
    }

    private sealed record Added(Album Album, List<Photo> Photos, List<Model> Models, List<Review> Reviews);

    /// <summary>Albums of every sort: without photos and with some, without a model, with one and with two, reviewed and not; their times are no order of their identifiers.</summary>
    private async Task<List<Added>> AddAsync(Viewer owner, int count)
    {
        await using var db = await server.DatabaseAsync();
        var all = new List<Added>();
        for (var n = 0; n < count; n++)
        {
            var album = new Album { OwnerId = owner.UserId, StudioId = owner.StudioId, Name = $"Album {n}", Person = "Lea", CreatedAt = Start.AddHours(n * 37 % 101).AddSeconds(n) };
            var photos = Enumerable.Range(0, n % 7).Select(i => new Photo { AlbumId = album.Id, FileName = $"{i}.jpg", UploadSha256 = $"{i}", Sha256 = "", ContentType = "image/jpeg", Width = 10, Height = 10, IsAnalysed = true, Verdict = i % 3 == 1 ? PhotoVerdict.NoFace : PhotoVerdict.Used }).ToList();
            var models = Enumerable.Range(0, n % 3).Select(i => new Model { OwnerId = owner.UserId, StudioId = owner.StudioId, AlbumId = album.Id, Name = $"Model {n}.{i}", CreatedAt = Start }).ToList();
            db.AddRange([album, .. photos, .. models]);
            var reviews = new List<Review>();
            foreach (var model in models)
            {
                var version = new ModelVersion { OwnerId = owner.UserId, StudioId = owner.StudioId, ModelId = model.Id, Number = 1, Name = "Version 1", CreatedAt = Start, Sha256 = "", Report = ReportJson.Write(SmallModel.Report), Attributes = "yaw" };
                model.CurrentVersionId = version.Id;
                reviews.Add(new() { OwnerId = owner.UserId, StudioId = owner.StudioId, VersionId = version.Id, State = n % 4 == 1 ? ReviewState.Approved : ReviewState.Waiting, SentAt = Start.AddMinutes(n % 5) });
                db.AddRange(version, reviews[^1], new Job { OwnerId = owner.UserId, StudioId = owner.StudioId, RequestId = Guid.NewGuid(), AlbumId = album.Id, ModelId = model.Id, Request = "{}", State = JobState.Succeeded, CreatedAt = Start });
            }
            all.Add(new(album, photos, models, reviews));
        }
        await db.SaveChangesAsync(Cancel);
        return all;
    }
}
