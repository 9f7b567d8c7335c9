using TorchSharp;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Gpu.Evaluation;
using WebStudio.Gpu.Execution;
using WebStudio.Gpu.Imaging;
using WebStudio.Gpu.Latents;
using WebStudio.Gpu.Personalization;
using WebStudio.Gpu.StyleGan;
using WebStudio.Gpu.Tests.StyleGan;
using static TorchSharp.torch;
using Generator = WebStudio.Gpu.StyleGan.Generator;

namespace WebStudio.Gpu.Tests.Applications;

/// <summary>A model of 32 px with random weights, nine anchors, and two of their components as attributes.</summary>
internal static class SliderModel
{
    public const int Photos = 9, Width = 24;

    public static readonly GeneratorConfig Config = new() { ImgResolution = 32, WDim = Width, Channels = GeneratorConfig.ChannelsFor(32, 512, 24), MappingLayers = 0 };

    public static PersonalizedModel Make(int photos = Photos)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var anchors = randn([photos, Width], generator: new torch.Generator(6));
        using var components = PrincipalComponents.Of(anchors);
        var directions = components.Components.narrow(0, 0, 2).clone();
        var box = Hypercube.Of(components.ToCoordinates(anchors));
        var generator = Generator.Create(Config, TestNetworks.Random(Config, 1), ComputeContext.Cpu);
        generator.Synthesis.Freeze();
        var description = new ModelDescription
        {
            Format = ModelDescription.CurrentFormat,
            Created = DateTimeOffset.UnixEpoch,
            Base = "toy",
            Perceptual = "none",
            Axes = AxisKind.Component,
            Beta = 0.02,
            Attributes = [.. ((string[])["yaw", "smile"]).Select((name, m) => new ModelAttribute(name, "", true, box.Min[m], box.Max[m], [box.Min[m] - 1, box.Max[m] + 1], [-30, 30]))],
            Photos = [.. Enumerable.Range(0, photos).Select(n => new ModelPhoto($"{n}.png", new Dictionary<string, double>()))],
            Report = Report(photos),
        };
        return new(description, BaseDescription.Of("toy", Config, "none"), generator, anchors, directions, [.. Enumerable.Range(0, photos).Select(_ => new RgbImage(32, 32, new byte[32 * 32 * 3]))]);
    }

    private static ModelReport Report(int photos) => new()
    {
        Photos = photos,
        Passes = 1,
        Seconds = 1,
        SecondsPerPhoto = 1,
        PeakMemory = 1,
        Perceptual = "none",
        Axes = "given",
        Start = new(20, 0, 0),
        Inverted = new(20, 0, 0),
        Final = new(20, 0, 0),
        GalleryIdentity = 0,
        Attributes = [],
    };
}
