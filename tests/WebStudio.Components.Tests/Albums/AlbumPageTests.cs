using System.Security.Claims;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;
using WebStudio.Components.Access;
using WebStudio.Components.Albums;
using WebStudio.Components.Storage;
using WebStudio.Components.Tests.Storage;
using WebStudio.Gpu.Faces.Curation;
using static WebStudio.Components.Tests.Albums.AlbumPhotos;

namespace WebStudio.Components.Tests.Albums;

public sealed class AlbumPageTests : BunitContext
{
    private readonly KnownAlbums _albums = new();

    public AlbumPageTests()
    {
        Services.AddMudServices();
        Services.AddSingleton<IAlbums>(_albums);
        Services.AddSingleton<IBin>(new Bins());
        JSInterop.Mode = JSRuntimeMode.Loose;
    }

    private static Task<AuthenticationState> Ada => Task.FromResult(new AuthenticationState(new(new ClaimsIdentity([new(ClaimTypes.NameIdentifier, "ada"), new(Viewer.StudioClaim, Guid.NewGuid().ToString())], "test"))));

    private static AlbumView View(string? owner = null, ConsentView? consent = null, bool holds = false, bool sample = false) =>
        new(AlbumId, "Summer", "Eve", sample, owner, consent, holds, "2 of 3 photos are used.", true, null, new(40 << 20, 1000));

    private IRenderedComponent<IComponent> Page(Guid? photo = null)
    {
        if (photo is { } id)
            Services.GetRequiredService<NavigationManager>().NavigateTo($"/albums/{AlbumId}?photo={id}");
        return Render(builder =>
        {
            builder.OpenComponent<CascadingValue<Task<AuthenticationState>>>(0);
            builder.AddAttribute(1, "Value", Ada);
            builder.AddAttribute(2, "ChildContent", (RenderFragment)(child =>
            {
                child.OpenComponent<AlbumPage>(0);
                child.AddAttribute(1, nameof(AlbumPage.AlbumId), AlbumId);
                child.CloseComponent();
            }));
            builder.CloseComponent();
        });
    }

    [Fact]
    public void An_album_that_is_not_there_is_said_to_be_missing() => Assert.Contains("does not exist", Page().Find("h1").ParentElement!.TextContent);

    [Fact]
    public void An_empty_album_asks_for_photos_and_cannot_be_trained()
    {
        _albums.Album = View();
        var page = Page();
        Assert.Equal("Summer", page.Find("h1").TextContent);
        Assert.NotNull(page.Find("[data-input=files][multiple]"));
        Assert.NotNull(page.Find("[data-input=folder][webkitdirectory]"));
        Assert.Contains("No photos yet", page.Markup);
        Assert.Contains("No consent recorded: training is refused.", page.Markup);
        Assert.DoesNotContain(page.FindAll("a"), a => a.GetAttribute("href") == $"/albums/{AlbumId}/train" && !a.ClassList.Contains("mud-disabled"));
    }

    [Fact]
    public void Photos_show_what_was_decided_and_where_the_face_is()
    {
        _albums.Album = View(consent: new("Eve", "all", new(2030, 5, 1)), holds: true);
        _albums.Photos = [Photo(-20, smile: 40), Photo(0, verdict: PhotoVerdict.Blurred), Photo(0, verdict: null)];
        var page = Page();
        Assert.Contains("Eve agrees until 1 May 2030.", page.Markup);
        Assert.Equal(["Used", "Blurred", "Waiting"], page.FindAll(".cell .status").Select(s => s.TextContent));
        Assert.Equal("−20° · 40 % · 30 y", page.Find(".cell .line").TextContent);
        // 80 × 100 at (100, 50) of 400 × 200.
        Assert.Equal("left: 25%; top: 25%; width: 20%; height: 50%", page.Find(".cell .face.chosen").GetAttribute("style"));
        Assert.Contains("the face is blurred", page.FindAll(".cell")[1].GetAttribute("aria-label"));
        Assert.Contains("Looking for faces: 2 of 3 photos done.", page.Find(".outcome").TextContent);

        page.FindAll(".filter").Single(f => f.TextContent.StartsWith("Set aside", StringComparison.Ordinal)).Click();
        Assert.Equal(["Blurred"], page.FindAll(".cell .status").Select(s => s.TextContent));
    }

    [Fact]
    public void A_supervisor_looks_and_has_nothing_to_change_it_with()
    {
        _albums.Album = View(owner: "Ada");
        _albums.Photos = [Photo(0)];
        var page = Page();
        Assert.Contains("album of Ada", page.Markup);
        Assert.Empty(page.FindAll("input"));
        Assert.DoesNotContain("Train a model", page.Markup);
        Assert.DoesNotContain("Record consent", page.Markup);
    }

    [Fact]
    public void A_synthetic_person_is_labelled()
    {
        _albums.Album = View(sample: true, consent: new("Nobody", "all", null), holds: true);
        Assert.Contains("Synthetic person", Page().Markup);
    }

    [Fact]
    public void A_photo_is_left_out_and_put_back_with_one_click()
    {
        _albums.Album = View();
        _albums.Photos = [Photo(0)];
        var page = Page(_albums.Photos[0].Id);
        page.FindAll(".use").Single(b => b.TextContent == "Leave out").Click();
        Assert.False(_albums.Decided.Single().Use);
        Assert.Equal("true", page.FindAll(".use").Single(b => b.TextContent == "Leave out").GetAttribute("aria-pressed"));
        page.FindAll(".use").Single(b => b.TextContent == "Automatic").Click();
        Assert.True(_albums.Decided[^1].IsEmpty);
    }

    [Fact]
    public void The_right_face_is_chosen_by_clicking_it_and_other_decisions_stay()
    {
        _albums.Album = View();
        _albums.Photos = [Photo(0, tag: "yes") with { Faces = [new(100, 50, 80, 100), new(250, 50, 60, 60)] }];
        var page = Page(_albums.Photos[0].Id);
        page.FindAll(".stage .face")[1].Click();
        Assert.Equal((1, "yes"), (_albums.Decided.Single().Face, _albums.Decided.Single().Tags["glasses"]));
    }

    [Fact]
    public void Eyes_and_mouth_are_set_from_where_the_face_is_supposed()
    {
        _albums.Album = View();
        _albums.Photos = [Photo(0) with { Square = [new(100, 20), new(100, 120), new(200, 120), new(200, 20)] }];
        var page = Page(_albums.Photos[0].Id);
        page.FindAll("button").Single(b => b.TextContent.Contains("Set eyes and mouth", StringComparison.Ordinal)).Click();
        Assert.Equal(3, page.FindAll("[data-point]").Count);
        page.FindAll("button").Single(b => b.TextContent.Contains("Cut out here", StringComparison.Ordinal)).Click();
        var crop = _albums.Decided.Single().Crop!;
        Assert.True(crop.LeftEye.X < crop.RightEye.X && crop.Mouth.Y > crop.LeftEye.Y, $"{crop}");
        Assert.InRange(crop.Mouth.X, 149, 151);
        Assert.Empty(page.FindAll("[data-point]"));
    }
}
