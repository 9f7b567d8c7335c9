using WebStudio.Gpu.Latents;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Tests.Latents;

public class FreeComponentsTests
{
    [Fact]
    public void They_are_orthonormal_leave_the_attributes_alone_and_take_the_largest_rest_first()
    {
        using var scope = NewDisposeScope();
        var (anchors, directions) = Gallery(12);
        using var free = FreeComponents.Of(anchors, directions, 4);
        Near.Equal(eye(4), free.Directions.matmul(free.Directions.t()), 1e-5);
        Near.Equal(zeros(4, 2), free.Directions.matmul(directions.t()), 1e-5);

        // The spread along each is the singular value of what is left without the attributes, by LAPACK instead of by eigenvectors.
        var centred = anchors - anchors.mean([0]);
        var rest = centred - centred.matmul(directions.t()).matmul(directions);
        Near.Equal(linalg.svdvals(rest).narrow(0, 0, 4), centred.matmul(free.Directions.t()).norm(dim: 0), 1e-4);
    }

    [Fact]
    public void Their_range_is_that_of_the_gallery()
    {
        using var scope = NewDisposeScope();
        var (anchors, directions) = Gallery(12);
        using var free = FreeComponents.Of(anchors, directions, 3);
        var along = (anchors - anchors.mean([0])).matmul(free.Directions.t());
        for (var k = 0; k < 3; k++)
        {
            var values = along.select(1, k).contiguous().data<float>().ToArray();
            Assert.Equal(values.Min(), free.Minimum[k], 1e-5);
            Assert.Equal(values.Max(), free.Maximum[k], 1e-5);
        }
    }

    [Theory]
    [InlineData(3, 0)] // two dimensions, both taken by the attributes
    [InlineData(5, 2)]
    public void There_are_no_more_than_the_gallery_has_dimensions_left(int photos, int expected)
    {
        using var scope = NewDisposeScope();
        var (anchors, directions) = Gallery(photos);
        using var free = FreeComponents.Of(anchors, directions, 8);
        Assert.Equal([expected, 24], free.Directions.shape);
        Assert.Equal((expected, expected), (free.Minimum.Count, free.Maximum.Count));
    }

    private static (Tensor Anchors, Tensor Directions) Gallery(int photos)
    {
        var anchors = randn(photos, 24, generator: new Generator(6));
        var (q, _) = linalg.qr(randn(24, 2, generator: new Generator(8)) + (anchors[0] - anchors[1]).unsqueeze(1));
        return (anchors, photos == 3 ? PrincipalComponents.Of(anchors).Components : q.t());
    }
}
