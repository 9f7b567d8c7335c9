using TorchSharp;
using WebStudio.Gpu.Execution;
using WebStudio.Gpu.Faces.Networks;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Tests.Faces;

public sealed class FaceEmbeddingNetworkTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Embedding_agrees_with_face_api(int face)
    {
        using var scope = NewDisposeScope();
        using var network = new FaceEmbeddingNetwork(ComputeContext.Cpu);
        var embedding = network.Embed(ReferenceFaces.Picture(face, 2, 150));
        // float32 sums in another order, 29 layers deep
        Near.Equal(ReferenceFaces.Numbers(ReferenceFaces.Expected(face).GetProperty("embedding")), embedding[0], atol: 2e-5);
    }

    [Fact]
    public void Bfloat16_embedding_stays_close_to_float32()
    {
        using var scope = NewDisposeScope();
        using var network = new FaceEmbeddingNetwork(ComputeContext.Cpu with { Precision = ScalarType.BFloat16 });
        var embedding = network.Embed(ReferenceFaces.Picture(0, 2, 150));
        Assert.Equal(ScalarType.Float32, embedding.dtype);
        var expected = ReferenceFaces.Numbers(ReferenceFaces.Expected(0).GetProperty("embedding"));
        var distance = (embedding[0] - expected).norm().item<float>();
        Assert.InRange(distance, 1e-6, 0.1); // two photos of one person are 0.3 apart at best
    }

    [Fact]
    public void Gradient_of_a_feature_distance_reaches_the_picture_and_agrees_with_finite_differences()
    {
        using var scope = NewDisposeScope();
        using var network = new FaceEmbeddingNetwork(ComputeContext.Cpu);
        var target = network.Features(ReferenceFaces.Picture(1, 1, 112), 4).Select(f => f.detach()).ToArray();
        Tensor Distance(Tensor x) => network.Features(x, 4).Select((f, i) => (f - target[i]).square().mean()).Aggregate((a, b) => a + b);
        var picture = ReferenceFaces.Picture(0, 1, 112).requires_grad_(true);
        Distance(picture).backward();
        var gradient = picture.grad!;
        using var noGrad = no_grad();
        var direction = gradient / gradient.norm();
        const double step = 1e-2;
        var numeric = (Distance(picture + direction * step) - Distance(picture - direction * step)).item<float>() / (2 * step);
        Assert.Equal(gradient.norm().item<float>(), numeric, numeric * 0.02); // central difference across ReLU kinks, float32
    }

    [Theory]
    [InlineData(150, new long[] { 72, 35, 17, 8, 4, 2 })]
    [InlineData(128, new long[] { 61, 30, 15, 7, 3, 1 })]
    public void Feature_maps_halve_in_size_stage_by_stage(long size, long[] sizes)
    {
        using var scope = NewDisposeScope();
        using var network = new FaceEmbeddingNetwork(ComputeContext.Cpu);
        var maps = network.Features(zeros(1, 3, size, size));
        Assert.Equal(sizes, maps.Select(m => m.shape[2]));
        Assert.Equal([32, 32, 64, 128, 256, 256], maps.Select(m => m.shape[1]));
    }

    [Fact]
    public void Fewer_stages_give_the_first_maps_of_the_whole_pass()
    {
        using var scope = NewDisposeScope();
        using var network = new FaceEmbeddingNetwork(ComputeContext.Cpu);
        var picture = ReferenceFaces.Picture(2, 2, 150);
        var all = network.Features(picture);
        var two = network.Features(picture, 2);
        Assert.Equal(2, two.Count);
        Near.Equal(all[1], two[1], atol: 0);
    }

    [Fact]
    public void No_tensor_is_left_behind()
    {
        // Counted per thread: other tests run beside this one.
        static long Live() => DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        var before = Live();
        using (var network = new FaceEmbeddingNetwork(ComputeContext.Cpu))
        {
            var loaded = Live();
            using var picture = zeros(1, 3, 150, 150);
            for (var i = 0; i < 3; i++)
                network.Embed(picture).Dispose();
            Assert.Equal(loaded + 1, Live());
        }
        Assert.Equal(before, Live());
    }
}
