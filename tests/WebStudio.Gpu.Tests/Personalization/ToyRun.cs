using TorchSharp;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Gpu.Execution;
using WebStudio.Gpu.Latents;
using WebStudio.Gpu.Perceptual;
using WebStudio.Gpu.Personalization;
using WebStudio.Gpu.StyleGan;
using WebStudio.Gpu.Tests.StyleGan;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Tests.Personalization;

/// <summary>A personalisation small enough for a test: 32 px, random weights, ten "photos" rendered by another network of that shape.</summary>
internal sealed class ToyRun : IDisposable
{
    public const int Photos = 10;
    private static readonly GeneratorConfig Config = new() { ImgResolution = 32, WDim = 24, Channels = GeneratorConfig.ChannelsFor(32, 512, 24), MappingLayers = 0 };
    private readonly PooledPixelDistance _perceptual = new();

    public ToyRun(PersonalizationOptions? options = null)
    {
        using var scope = NewDisposeScope();
        var random = new torch.Generator(5);
        Options = options ?? Defaults;
        Base = new SynthesisNetwork(Config, TestNetworks.Random(Config, 1), ComputeContext.Cpu);
        using var other = new SynthesisNetwork(Config, TestNetworks.Random(Config, 2), ComputeContext.Cpu);
        Start = randn([Photos, 24], generator: random).DetachFromDisposeScope();
        using (no_grad())
            Set = new TrainingSet([.. Enumerable.Range(0, Photos).Select(i => $"{i}.png")], other.Forward(Start).tanh(), ones(Photos, 1, 32, 32),
                new Dictionary<string, double[]> { ["yaw"] = [-20, -20, -10, -10, 0, 0, 10, 10, 20, 20], ["smile"] = [80, 5, 75, 10, 70, 15, 65, 20, 60, 25] });
        Levels = [AttributeLevels.Quantise("yaw", Set.Values["yaw"], LevelOptions.Bins(5, 2)), AttributeLevels.Quantise("smile", Set.Values["smile"], new LevelOptions { Count = 4, MinPhotos = 2 })];
        Reconstruction = new ReconstructionLoss(_perceptual, Set.Images, Set.Masks, Options.PerceptualWeight, Options.L2Weight);
        AnchorLoss = new AnchorLoss(Levels, Options.Anchor, Start);
    }

    public static PersonalizationOptions Defaults { get; } = new()
    {
        Attributes = [new("yaw"), new("smile")],
        Passes = 6,
        BatchSize = 4,
        WarmUpSteps = 3,
        Axes = new() { Kind = AxisKind.LeadingCombination, Leading = 6 },
    };

    public PersonalizationOptions Options { get; }
    public SynthesisNetwork Base { get; }
    public Tensor Start { get; }
    public TrainingSet Set { get; }
    public IReadOnlyList<AttributeLevels> Levels { get; }
    public ReconstructionLoss Reconstruction { get; }
    public AnchorLoss AnchorLoss { get; }

    public Personalizer Personalizer => new(Options, Set, Reconstruction, AnchorLoss);

    public PersonalizerState NewState()
    {
        using var components = PrincipalComponents.Of(Start);
        return new PersonalizerState(Base, Start, AttributeAxes.Choose(components, Start, Levels, Options.Axes), Options);
    }

    /// <summary>The whole run over this album, from a base folder made where it is missing.</summary>
    public PersonalizationRun Run(string folder, PersonalizationOptions options, IPerceptualDistance perceptual, FaceFeatureDistance identity, Func<long>? freeMemory = null)
    {
        if (!Directory.Exists(folder))
        {
            using var scope = NewDisposeScope();
            var tensors = TestNetworks.Random(Base.Config, 1);
            tensors["mapping.w_avg"] = zeros(Base.Config.WDim);
            BaseFolder.Write(folder, BaseDescription.Of("toy", Base.Config, "none"), tensors);
        }
        return new PersonalizationRun(BaseFolder.Open(folder), options, ComputeContext.Cpu, perceptual, identity) { FreeMemory = freeMemory };
    }

    public void Dispose()
    {
        AnchorLoss.Dispose();
        Reconstruction.Dispose();
        Set.Dispose();
        Start.Dispose();
        Base.Dispose();
        _perceptual.Dispose();
    }
}

/// <summary>A distance that costs nothing: absolute differences after averaging 4 × 4 pixels.</summary>
internal sealed class PooledPixelDistance : IPerceptualDistance
{
    public string Name => "pooled-pixels";

    public PerceptualTarget Prepare(Tensor images) => new([nn.functional.avg_pool2d(images, 4)]);

    public Tensor Distance(Tensor images, PerceptualTarget target)
    {
        using var scope = NewDisposeScope();
        return (nn.functional.avg_pool2d(images, 4) - target.Features[0]).abs().mean([1, 2, 3]).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
    }
}
