using TorchSharp;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Gpu.Evaluation;
using WebStudio.Gpu.Execution;
using WebStudio.Gpu.Imaging;
using WebStudio.Gpu.Latents;
using WebStudio.Gpu.Personalization;
using static TorchSharp.torch;

namespace WebStudio.Server.Tests.Editing;

/// <summary>
/// A model made without training: random faces of the built-in base as anchors, two of their components as yaw and smile, calibrated so that every photo's value is exactly its coordinate's.
/// What a slider does to a code can be worked out by hand.
/// </summary>
internal static class SmallModel
{
    public const int Photos = 12;

    /// <summary>Half the range of yaw over the photos is about this many degrees.</summary>
    private const double Degrees = 20;

    public static ModelReport Report { get; } = new()
    {
        Photos = Photos,
        Passes = 1,
        Seconds = 1,
        SecondsPerPhoto = 0.1,
        PeakMemory = 1,
        Perceptual = "none",
        Axes = "given",
        Start = new(20, 0.5, 0.5),
        Inverted = new(20, 0.5, 0.5),
        Final = new(20, 0.5, 0.5),
        GalleryIdentity = 0.5,
        Attributes = [],
    };

    public static void Write(string folder) => Write(folder, controlled: true);

    /// <summary>The same without controlled attributes: what a MyStyle peer looks like.</summary>
    public static void WriteMyStyle(string folder) => Write(folder, controlled: false);

    private static void Write(string folder, bool controlled)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var source = BaseFolder.Open(BaseFolder.BuiltIn);
        var generator = source.LoadGenerator(ComputeContext.Cpu);
        var anchors = generator.Mapping!.Map(randn([Photos, source.Description.Generator.ZDim], generator: new torch.Generator(7)), 0.7).select(1, 0); // every layer has the same row
        using var components = PrincipalComponents.Of(anchors);
        var directions = components.Components.narrow(0, 0, 2).clone();
        var coordinates = components.ToCoordinates(anchors);
        var attributes = new[] { ("yaw", "°", 0.0), ("smile", "%", 50.0) }.Select((a, m) => Attribute(a.Item1, a.Item2, a.Item3, Column(coordinates, m))).ToList();
        var description = new ModelDescription
        {
            Format = ModelDescription.CurrentFormat,
            Created = DateTimeOffset.UnixEpoch,
            Base = source.Description.Name,
            Perceptual = "none",
            Axes = AxisKind.Component,
            Beta = 0.02,
            Attributes = controlled ? attributes : [],
            Photos = [.. Enumerable.Range(0, Photos).Select(n => new ModelPhoto($"{n}.png",
                attributes.Select((a, m) => (a.Name, Value: a.Calibration.ToValue(coordinates[n, m].item<float>()))).ToDictionary(v => v.Name, v => v.Value)))],
            Report = Report,
        };
        var pictures = generator.Render(anchors);
        using var model = new PersonalizedModel(description, source.Description with { Encoder = null }, generator, anchors, controlled ? directions : directions.narrow(0, 0, 0), [.. Enumerable.Range(0, Photos).Select(n => RgbImage.FromTensor(pictures[n]))]);
        model.Save(folder);
    }

    private static ModelAttribute Attribute(string name, string unit, double middle, double[] along)
    {
        var (low, high) = (along.Min(), along.Max());
        var reach = Calibration.Margin * (high - low);
        var slope = Degrees / Math.Max(high, -low);
        double[] knots = [low - reach, high + reach];
        return new(name, unit, true, low, high, knots, [.. knots.Select(x => middle + slope * x)]);
    }

    private static double[] Column(Tensor coordinates, int m) => coordinates.select(1, m).to(ScalarType.Float64).contiguous().data<double>().ToArray();
}
