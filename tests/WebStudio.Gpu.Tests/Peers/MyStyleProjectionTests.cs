using TorchSharp;
using WebStudio.Gpu.Latents;
using WebStudio.Gpu.Peers;
using WebStudio.Gpu.Perceptual;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Tests.Peers;

/// <summary>A linear generator of 8 × 8 pictures: the optimum is known, a step costs nothing.</summary>
public sealed class MyStyleProjectionTests : IDisposable
{
    private const int Layers = 4, Width = 10, Anchors = 5;
    private readonly Tensor _generator = randn(Layers, Width, 3 * 8 * 8, generator: new Generator(1)) * 0.3;
    private readonly Tensor _anchors = randn(Anchors, Width, generator: new Generator(2));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_picture_of_the_subspace_is_found_again(bool wPlus)
    {
        using var scope = NewDisposeScope();
        var truth = tensor(new float[,] { { 0.5f, 0.3f, 0.2f, 0, 0 }, { 0.1f, 0.1f, 0.1f, 0.1f, 0.6f } });
        var images = Synthesize(truth.matmul(_anchors).unsqueeze(1).expand(-1, Layers, -1));
        using var found = Projection(new() { WPlus = wPlus, Steps = 600 }).Project(images, abort: Stop);
        // Adam's steps of 0.005 end within a few of them of the truth; W+ is pulled to one α by its norms, not exactly.
        Near.Equal(truth.unsqueeze(1).expand(-1, Layers, -1), found.Weights, wPlus ? 0.05 : 0.02);
        Near.Equal(found.Weights.matmul(_anchors), found.Codes, 1e-5);
        if (!wPlus)
            Assert.Equal(0, found.Deltas.abs().max().item<float>());
    }

    [Fact]
    public void Photos_of_a_batch_do_not_influence_each_other()
    {
        using var scope = NewDisposeScope();
        var images = randn(3, 3, 8, 8, generator: new Generator(3));
        var projection = Projection(new() { WPlus = true, Steps = 20 });
        using var together = projection.Project(images, abort: Stop);
        using var alone = projection.Project(images.narrow(0, 1, 1), abort: Stop);
        Near.Equal(alone.Free, together.Free.narrow(0, 1, 1), 1e-5);
        Near.Equal(alone.Deltas, together.Deltas.narrow(0, 1, 1), 1e-5);
    }

    [Fact]
    public void It_stops_when_nothing_improves_and_when_told()
    {
        using var scope = NewDisposeScope();
        var images = Synthesize(_anchors.mean([0]).expand(1, Layers, Width)); // equal weights are the answer
        var steps = new List<MyStyleProjectionStep>();
        using var found = Projection(new() { Patience = 15 }).Project(images, steps.Add, Stop);
        Assert.InRange(found.Steps, 15, 40);
        Assert.Equal(found.Steps, steps.Count);
        Assert.Equal(0, steps[0].Reconstruction, 1e-9);

        using var abort = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => Projection(new()).Project(images, s => abort.Cancel(), abort.Token));
    }

    [Fact]
    public void A_projection_leaves_no_tensor_behind()
    {
        var images = zeros(1, 3, 8, 8);
        void Run()
        {
            using var found = Projection(new() { WPlus = true, Steps = 5 }).Project(images, abort: Stop);
        }
        Run();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (var i = 0; i < 20; i++)
            Run();
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _generator.Dispose();
        _anchors.Dispose();
    }

    private Tensor Synthesize(Tensor codes) => einsum("pld,ldi->pi", codes, _generator).view(-1, 3, 8, 8);

    private MyStyleProjection Projection(MyStyleProjectionOptions options) => new(Synthesize, new NoDistance(), new DilatedHull(_anchors), Layers, options);

    private sealed class NoDistance : IPerceptualDistance
    {
        public string Name => "none";
        public PerceptualTarget Prepare(Tensor images) => new([images.clone()]);
        public Tensor Distance(Tensor images, PerceptualTarget target) => zeros(images.shape[0]);
        public void Dispose() { }
    }
}
