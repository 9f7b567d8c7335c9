using WebStudio.Components.Albums;
using WebStudio.Gpu.Faces;
using WebStudio.Gpu.Faces.Curation;
using static WebStudio.Components.Tests.Albums.AlbumPhotos;

namespace WebStudio.Components.Tests.Albums;

public sealed class AttributeDistributionTests
{
    [Fact]
    public void Photos_in_use_are_counted_on_each_level_in_order()
    {
        // Levels of yaw are 5° wide; three photos each, so that none is joined with its neighbour.
        PhotoView[] photos = [Photo(-21), Photo(-20), Photo(-19), Photo(1), Photo(0), Photo(-1), Photo(0), Photo(39), Photo(40), Photo(41), Photo(80, verdict: PhotoVerdict.Blurred)];
        var yaw = AttributeDistribution.Of(photos).Single(d => d.Name == "yaw");
        Assert.Equal([new("−20°", 3), new("0°", 4), new("40°", 3)], yaw.Bars);
        Assert.Equal((-21, 41), (yaw.Lowest, yaw.Highest));
    }

    [Fact]
    public void Values_that_are_unknown_are_not_counted()
    {
        var unknown = Photo(70) with { Attributes = new Dictionary<FaceAttribute, AttributeReading> { [FaceAttribute.Yaw] = new(70, 0) } };
        Assert.Equal(0, AttributeDistribution.Of([Photo(0), unknown]).Single(d => d.Name == "yaw").Highest);
        Assert.Empty(AttributeDistribution.Of([unknown]));
    }

    [Fact]
    public void Tags_follow_with_the_photos_that_have_none()
    {
        var tags = AttributeDistribution.Of([Photo(0, tag: "yes"), Photo(1, tag: "no"), Photo(2, tag: "yes"), Photo(3)])[^1];
        Assert.True(tags.IsTag);
        Assert.Equal([new("no", 1), new("yes", 2), new(AttributeDistribution.Untagged, 1)], tags.Bars);
    }
}
