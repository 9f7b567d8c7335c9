using System.Security.Claims;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;
using WebStudio.Components.Access;
using WebStudio.Components.Albums;

namespace WebStudio.Components.Tests.Albums;

public sealed class AlbumsPageTests : BunitContext
{
    private static readonly AlbumCard Summer = new(Guid.NewGuid(), "Summer", "Lea", false, null, 14, 12, true, []);

    private readonly KnownAlbums _albums = new();

    public AlbumsPageTests()
    {
        Services.AddMudServices();
        Services.AddSingleton<IAlbums>(_albums);
        JSInterop.Mode = JSRuntimeMode.Loose;
        var user = this.AddAuthorization().SetAuthorized("ada@example.org");
        user.SetClaims(new Claim(ClaimTypes.NameIdentifier, "ada"), new Claim(Viewer.StudioClaim, Guid.NewGuid().ToString()));
    }

    [Fact]
    public void While_the_albums_are_read_the_page_says_so()
    {
        _albums.Hold = new();
        var page = Render<AlbumsPage>();
        Assert.NotNull(page.Find("[aria-label='Loading']"));
        Assert.Empty(page.FindAll(".empty"));
        _albums.Hold.SetResult();
        page.WaitForAssertion(() => Assert.NotNull(page.Find(".empty")));
    }

    [Fact]
    public void Whoever_has_none_is_told_what_an_album_is_and_makes_the_first()
    {
        var page = Render<AlbumsPage>();
        Assert.Contains("photos of one person", page.Find(".empty").TextContent);
        Assert.Equal("Create an album", Assert.Single(page.FindAll("a[href='/albums/new']")).TextContent.Trim());
    }

    [Fact]
    public void An_album_shows_whose_it_is_what_it_holds_and_leads_to_its_page()
    {
        _albums.Cards = [Summer];
        var page = Render<AlbumsPage>();
        var tile = page.Find(".tile");
        Assert.Equal($"/albums/{Summer.Id}", tile.GetAttribute("href"));
        Assert.Equal(["Summer", "Lea", "14 photos, 12 used"], tile.QuerySelector(".text")!.Children.Select(line => line.TextContent));
        Assert.Equal("New album", Assert.Single(page.FindAll("a[href='/albums/new']")).TextContent.Trim());
        Assert.DoesNotContain("In your studio", page.Markup);
    }

    [Theory]
    [InlineData(0, 0, "no photos yet")]
    [InlineData(1, 1, "1 photo, 1 used")]
    public void Photos_are_counted_in_words(int photos, int used, string text)
    {
        _albums.Cards = [Summer with { Photos = photos, Used = used }];
        Assert.Equal(text, Render<AlbumsPage>().Find(".tile .numbers").TextContent);
    }

    [Theory]
    [InlineData(false, true, null)]
    [InlineData(false, false, "No consent")]
    [InlineData(true, false, "Synthetic person")]
    public void An_album_that_cannot_be_trained_and_one_of_nobody_are_marked(bool sample, bool consent, string? note)
    {
        _albums.Cards = [Summer with { IsSample = sample, ConsentHolds = consent }];
        Assert.Equal(note is null ? [] : [note], Render<AlbumsPage>().FindAll(".note").Select(n => n.TextContent));
    }

    [Fact]
    public void What_is_others_stands_apart_with_the_owners_name()
    {
        _albums.Cards = [Summer, Summer with { Id = Guid.NewGuid(), Name = "Winter", Owner = "Bob" }];
        var page = Render<AlbumsPage>();
        Assert.Equal(["Albums", "In your studio"], page.FindAll("h1, h2").Select(h => h.TextContent));
        var groups = page.FindAll(".cards");
        Assert.Equal(["Summer", "Winter"], groups.Select(g => Assert.Single(g.QuerySelectorAll("strong")).TextContent));
        Assert.DoesNotContain("by ", groups[0].TextContent);
        Assert.Contains("Lea · by Bob", groups[1].TextContent);
    }

    [Fact]
    public async Task Many_albums_come_in_pages()
    {
        _albums.PageSize = 2;
        _albums.Cards = [.. Enumerable.Range(0, 5).Select(n => Summer with { Id = Guid.NewGuid(), Name = $"Album {n}" })];
        var page = Render<AlbumsPage>();
        Assert.Equal(["Album 0", "Album 1"], page.FindAll(".tile strong").Select(s => s.TextContent));
        Assert.Contains("5 in all", page.Find("nav").TextContent);
        await page.Find("nav").QuerySelectorAll("button").Single(b => b.TextContent.Trim() == "3").ClickAsync(new());
        Assert.Equal(["Album 4"], page.FindAll(".tile strong").Select(s => s.TextContent));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(3, 1)]
    [InlineData(4, 4)]
    public void A_tile_shows_one_photo_or_four_cut_around_the_face(int covers, int shown)
    {
        _albums.Cards = [Summer with { Covers = [.. Enumerable.Range(0, covers).Select(i => new Cover(Guid.NewGuid(), 25.5, 40))] }];
        var pictures = Render<AlbumsPage>().FindAll(".tile img");
        Assert.Equal(shown, pictures.Count);
        Assert.All(pictures, picture => Assert.Equal("object-position: 25.5% 40%", picture.GetAttribute("style")));
    }
}
