using Bunit;
using WebStudio.Components.Albums;
using WebStudio.Gpu.Faces.Curation;
using static WebStudio.Components.Tests.Albums.AlbumPhotos;

namespace WebStudio.Components.Tests.Albums;

public sealed class PhotoGridTests : BunitContext
{
    [Theory]
    [InlineData(PhotoVerdict.Used, "Used", "used")]
    [InlineData(PhotoVerdict.UsedByHand, "Used", "used")]
    [InlineData(PhotoVerdict.RejectedByHand, "Left out", "aside")]
    [InlineData(PhotoVerdict.Unreadable, "Unreadable", "aside")]
    [InlineData(PhotoVerdict.NoFace, "No face", "aside")]
    [InlineData(PhotoVerdict.OtherPerson, "Other person", "aside")]
    [InlineData(PhotoVerdict.TooSmall, "Too small", "aside")]
    [InlineData(PhotoVerdict.Unclear, "Turned away", "aside")]
    [InlineData(PhotoVerdict.OutOfFrame, "Cut off", "aside")]
    [InlineData(PhotoVerdict.Grayscale, "No colour", "aside")]
    [InlineData(PhotoVerdict.NearDuplicate, "Near-duplicate", "aside")]
    public void Every_verdict_has_its_words_and_its_colour(PhotoVerdict verdict, string word, string colour)
    {
        var cell = Show(Photo(0, verdict: verdict)).Find(".cell");
        Assert.Equal(word, cell.QuerySelector(".status")!.TextContent);
        Assert.True(cell.ClassList.Contains(colour), cell.ClassName);
    }

    [Theory]
    [InlineData(false, "Waiting")]
    [InlineData(true, "Looked at")]
    public void A_photo_that_is_not_decided_on_says_how_far_it_came(bool analysed, string word)
    {
        var cell = Show(Photo(0, verdict: null) with { IsAnalysed = analysed }).Find(".cell");
        Assert.Equal(word, cell.QuerySelector(".status")!.TextContent);
        Assert.True(cell.ClassList.Contains("waiting"), cell.ClassName);
    }

    [Fact]
    public void The_reason_is_told_for_a_photo_set_aside_and_only_there()
    {
        var cells = Show(Photo(0) with { Reason = "sharp and frontal" }, Photo(0, verdict: PhotoVerdict.TooSmall) with { Reason = "the face is 40 px wide" }).FindAll(".cell");
        Assert.Equal(["a.jpg: Used", "a.jpg: Too small, the face is 40 px wide"], cells.Select(c => c.GetAttribute("aria-label")));
    }

    [Fact]
    public void Of_several_faces_the_persons_is_marked()
    {
        var faces = Show(Photo(0) with { Faces = [new(0, 0, 80, 100), new(200, 50, 40, 40)], ChosenFace = 1 }).FindAll(".face");
        Assert.Equal([false, true], faces.Select(f => f.ClassList.Contains("chosen")));
    }

    [Theory]
    [InlineData(400, 200, "width: 100%; height: 50%")]
    [InlineData(300, 400, "width: 75%; height: 100%")]
    public void A_photo_lies_whole_in_its_square(int width, int height, string style) =>
        Assert.Equal(style, Show(Photo(0) with { Width = width, Height = height }).Find(".fit").GetAttribute("style"));

    [Fact]
    public void Each_leads_to_its_own_address()
    {
        var photos = new[] { Photo(0), Photo(10) };
        Assert.Equal(photos.Select(p => $"/of/{p.Id}"), Show(photos).FindAll("a").Select(a => a.GetAttribute("href")));
    }

    private IRenderedComponent<PhotoGrid> Show(params PhotoView[] photos) => Render<PhotoGrid>(grid => grid.Add(g => g.Photos, photos).Add(g => g.Href, photo => $"/of/{photo.Id}"));
}
