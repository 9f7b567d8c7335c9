using TorchSharp;
using WebStudio.Gpu.Execution;
using WebStudio.Gpu.Faces.Networks;
using WebStudio.Gpu.Perceptual;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace WebStudio.Gpu.Tests.Perceptual;

public class FaceFeatureDistanceTests
{
    // 128 px is the built-in base's size; 320 px is halved before it is cut.
    [Theory]
    [InlineData(128)]
    [InlineData(320)]
    public void It_is_the_relative_difference_of_four_maps_plus_twice_the_cosine_distance(int side)
    {
        using var scope = NewDisposeScope();
        using var distance = new FaceFeatureDistance(ComputeContext.Cpu);
        using var network = new FaceEmbeddingNetwork(ComputeContext.Cpu);
        var (images, targets) = (Smooth(2, side, 1), Smooth(2, side, 2));
        using var prepared = distance.Prepare(targets);
        var actual = distance.Distance(images, prepared).data<float>().ToArray();

        var (a, b) = (network.Features(Crop(images)), network.Features(Crop(targets)));
        var (identityA, identityB) = (network.Embedding(a[^1]), network.Embedding(b[^1]));
        for (var n = 0; n < 2; n++)
        {
            var expected = 2 * (1 - (identityA[n] * identityB[n]).sum().item<float>() / (identityA[n].norm().item<float>() * identityB[n].norm().item<float>()));
            for (var map = 0; map < 4; map++)
                expected += ((a[map][n] - b[map][n]).abs().sum() / b[map][n].abs().sum()).item<float>();
            Assert.Equal(expected, actual[n], 2e-3f * expected);
        }

        // The part of an FFHQ crop that the network is trained on, sampled point by point.
        static Tensor Crop(Tensor pictures)
        {
            if (pictures.shape[2] == 320)
                pictures = F.interpolate(pictures, size: [160, 160], mode: InterpolationMode.Area);
            var at = (arange(118).to(ScalarType.Float32) + 0.5) / 118 * 0.77;
            var (x, y) = ((at + 0.115) * 2 - 1, (at + 0.17) * 2 - 1);
            var grid = stack([x.view(1, -1).expand(118, -1), y.view(-1, 1).expand(-1, 118)], 2).unsqueeze(0).expand(pictures.shape[0], -1, -1, -1);
            return F.grid_sample(pictures, grid, padding_mode: GridSamplePaddingMode.Border, align_corners: false);
        }
    }

    [Fact]
    public void It_is_zero_for_equal_pictures_and_grows_with_the_change()
    {
        using var scope = NewDisposeScope();
        using var distance = new FaceFeatureDistance(ComputeContext.Cpu with { Precision = ScalarType.BFloat16 });
        var picture = Smooth(1, 128, 3);
        var noise = randn([1, 3, 128, 128], generator: new Generator(4));
        using var target = distance.Prepare(picture.expand(4, -1, -1, -1));
        var steps = distance.Distance(cat([picture, picture + 0.02 * noise, picture + 0.1 * noise, picture + 0.4 * noise], 0), target).data<float>().ToArray();
        Assert.Equal(0, steps[0], 1e-5f);
        Assert.True(steps[0] < steps[1] && steps[1] < steps[2] && steps[2] < steps[3], string.Join(" ", steps));
    }

    [Fact]
    public void The_gradient_is_that_of_the_distance()
    {
        using var scope = NewDisposeScope();
        using var distance = new FaceFeatureDistance(ComputeContext.Cpu);
        var picture = Smooth(1, 128, 5).requires_grad_(true);
        using var target = distance.Prepare(Smooth(1, 128, 6));
        distance.Distance(picture, target).sum().backward();
        // Along the gradient and along a random smooth direction, a small step changes the distance by its inner product with the gradient.
        foreach (var direction in (Tensor[])[picture.grad! / picture.grad!.norm(), Smooth(1, 128, 7) / 100])
        {
            using var noGrad = no_grad();
            const double step = 0.02;
            var measured = (distance.Distance(picture + step * direction, target) - distance.Distance(picture - step * direction, target)).item<float>() / (2 * step);
            var predicted = (picture.grad! * direction).sum().item<float>();
            Assert.Equal(predicted, measured, 0.05 * Math.Abs(predicted) + 2e-4);
        }
    }

    [Fact]
    public void Bfloat16_stays_near()
    {
        using var scope = NewDisposeScope();
        using var exact = new FaceFeatureDistance(ComputeContext.Cpu);
        using var fast = new FaceFeatureDistance(ComputeContext.Cpu with { Precision = ScalarType.BFloat16 });
        var (images, targets) = (Smooth(3, 128, 8), Smooth(3, 128, 9));
        using var exactTarget = exact.Prepare(targets);
        using var fastTarget = fast.Prepare(targets);
        Near.Equal(exact.Distance(images, exactTarget), fast.Distance(images, fastTarget), atol: 0, rtol: 0.03);
    }

    [Fact]
    public void Targets_of_an_album_can_be_picked()
    {
        using var scope = NewDisposeScope();
        using var distance = new FaceFeatureDistance(ComputeContext.Cpu, 103);
        var album = Smooth(19, 64, 10); // more than are prepared at once
        using var all = distance.Prepare(album);
        using var some = all.Select(tensor((long[])[18, 2]));
        Near.Equal(zeros(2), distance.Distance(album.index_select(0, tensor((long[])[18, 2])), some), atol: 1e-4);
        Assert.True(distance.Distance(album.index_select(0, tensor((long[])[2, 18])), some).min().item<float>() > 0.1);
    }

    [Fact]
    public void Steps_leave_no_tensor_behind()
    {
        using var distance = new FaceFeatureDistance(ComputeContext.Cpu, 103);
        using var picture = Smooth(1, 128, 11).requires_grad_(true);
        using var target = distance.Prepare(picture.detach());
        Step();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (var i = 0; i < 20; i++)
            Step();
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);

        void Step()
        {
            using var scope = NewDisposeScope();
            distance.Distance(picture * 0.9, target).sum().backward();
            picture.grad = null;
        }
    }

    /// <summary>Blobs of colour: no photo, but with edges and areas that excite all depths.</summary>
    private static Tensor Smooth(int count, int side, ulong seed)
    {
        using var scope = NewDisposeScope();
        var coarse = randn([count, 3, 12, 12], generator: new Generator(seed));
        return F.interpolate(coarse, size: [side, side], mode: InterpolationMode.Bicubic, align_corners: false).mul_(1.5).tanh_().MoveToOuterDisposeScope();
    }
}
