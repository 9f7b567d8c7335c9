using WebStudio.Components.Albums;
using WebStudio.Gpu.Faces.Curation;
using static WebStudio.Components.Tests.Albums.AlbumPhotos;

namespace WebStudio.Components.Tests.Albums;

public sealed class AlbumAdviceTests
{
    [Fact]
    public void An_album_that_shows_everything_gets_no_advice() => Assert.Empty(AlbumAdvice.Of([.. Everything()]));

    [Fact]
    public void A_side_that_is_missing_is_named_with_how_far_the_slider_will_reach()
    {
        var photos = Everything().Where(p => p.Attributes[Gpu.Faces.FaceAttribute.Yaw].Value > -6).Concat(Everything().Where(p => p.Attributes[Gpu.Faces.FaceAttribute.Yaw].Value > 0)).ToList();
        Assert.Equal(["No photos looking left: head turn will reach only −4°."], AlbumAdvice.Of(photos)); // −30 + 10 · 60/23 = −3.9
    }

    [Fact]
    public void One_photo_of_a_side_is_few() =>
        Assert.Equal(["Only 1 photo looking right: two or three more make head turn steadier there."], AlbumAdvice.Of([.. Everything().Where(p => p.Attributes[Gpu.Faces.FaceAttribute.Yaw].Value < 15), Photo(-5), Photo(-4), Photo(-3), Photo(-2), Photo(-1), Photo(20)]));

    [Theory]
    [InlineData(1, "1 photo is in use. At least 5 are needed")]
    [InlineData(4, "4 photos are in use. At least 5 are needed")]
    [InlineData(19, "19 photos are in use. That works; from about 20")]
    public void Few_photos_are_told_first(int count, string says) => Assert.StartsWith(says, AlbumAdvice.Of([.. Everything().Take(count)])[0]);

    [Fact]
    public void Photos_set_aside_do_not_count_for_what_sliders_reach()
    {
        var photos = Everything().Select(p => p.Attributes[Gpu.Faces.FaceAttribute.Yaw].Value < -15 ? p with { Verdict = PhotoVerdict.Blurred } : p).Concat(Everything().Skip(10).Take(6)).ToList();
        Assert.Contains("No photos looking left: head turn will reach only −14°.", AlbumAdvice.Of(photos)); // −30 + 6 · 60/23
    }

    [Fact]
    public void Moods_and_ages_that_are_missing_are_named()
    {
        Assert.Contains("No photos with a clear smile: smile will reach only 40 %.", AlbumAdvice.Of([.. Everything().Select((p, i) => With(p, i % 5 * 10))]));
        Assert.Contains("No serious photos: smile will go down only to 60 %.", AlbumAdvice.Of([.. Everything().Select((p, i) => With(p, 60 + i % 5 * 10))]));
        Assert.Contains("All photos show about the same age (30 to 30 years): age can hardly be learnt from them.", AlbumAdvice.Of([Photo(-20), Photo(0), Photo(20)]));

        static PhotoView With(PhotoView photo, double smile) => Photo(photo.Attributes[Gpu.Faces.FaceAttribute.Yaw].Value, smile);
    }

    [Fact]
    public void A_tag_is_advised_on_by_its_rarest_value()
    {
        var photos = Everything().ToList();
        Assert.Contains("Only 1 photo with “glasses: yes”; three or more teach it better.", AlbumAdvice.Of([.. photos.Skip(1), Photo(0, tag: "yes")]));
        Assert.Contains("All photos in use have the same “glasses”: tag some that differ, or it cannot be learnt.", AlbumAdvice.Of([Photo(-20, tag: "yes"), Photo(20, tag: "yes")]));
    }

    [Fact]
    public void Photos_without_a_face_and_of_strangers_are_pointed_out()
    {
        var strangers = Enumerable.Range(0, 3).Select(_ => Photo(0, verdict: PhotoVerdict.OtherPerson));
        Assert.Equal(
            ["3 photos are set aside because somebody else seems to be shown. Where that is wrong, open one and click the right face.", "In 1 photo no face was found. Where there is one, open the photo and set eyes and mouth by hand."],
            AlbumAdvice.Of([.. strangers, Photo(0, verdict: PhotoVerdict.NoFace)]));
    }
}
