using WebStudio.Gpu.Evaluation;
using WebStudio.Gpu.Execution;
using WebStudio.Gpu.Latents;
using WebStudio.Gpu.Peers;
using WebStudio.Gpu.Perceptual;
using WebStudio.Gpu.Personalization;
using WebStudio.Gpu.Tests.Personalization;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Tests.Evaluation;

/// <summary>
/// Figures that compare methods, on a toy model whose "attributes" are linear readings of its pictures: what they must come to can be worked out with the network itself.
/// </summary>
[Collection(AloneCollection.Name)]
public sealed class ModelStudyTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("webstudio-study-").FullName;
    private readonly ToyRun _toy = new();
    private readonly FaceFeatureDistance _identity = new(ComputeContext.Cpu, 103);
    private readonly PooledPixelDistance _perceptual = new();

    public void Dispose()
    {
        _toy.Dispose();
        _identity.Dispose();
        _perceptual.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void MyStyle_is_the_same_training_without_any_attribute()
    {
        using var scope = NewDisposeScope();
        using var peer = _toy.Run(Path.Combine(_folder, "base"), PersonalizationOptions.MyStyle(3) with { BatchSize = 4, WarmUpSteps = 3, InversionSteps = 2 }, _perceptual, _identity).Run(_toy.Set)!;
        Assert.Empty(peer.Description.Attributes);
        Assert.Equal([0, 24], peer.Directions.shape);
        Assert.Equal(3, peer.Description.Report.Passes);
        Assert.True(peer.Description.Report.Final.Psnr > peer.Description.Report.Start.Psnr);
        peer.Save(Path.Combine(_folder, "peer"));
        using var back = PersonalizedModel.Load(Path.Combine(_folder, "peer"), ComputeContext.Cpu);
        Near.Equal(peer.Anchors, back.Anchors, 0);
    }

    [Fact]
    public void MyStyles_direction_is_the_projection_on_the_anchors_span()
    {
        using var scope = NewDisposeScope();
        using var peer = Model();
        using var boundaries = new AttributeBoundaries(["yaw"], nn.functional.normalize(randn([1, 24], generator: new Generator(4)), dim: 1), [1]);
        using var method = EditingMethod.OfMyStyle(peer, boundaries, ["yaw", "smile"]);
        using var raw = EditingMethod.OfInterFaceGan(peer, boundaries, ["yaw", "smile"]);
        Assert.Equal(["yaw"], method.Directions.Keys); // the base has no boundary for smile
        Near.Equal(boundaries.Normals[0], raw.Directions["yaw"].Vector, 0);
        var projected = method.Directions["yaw"].Vector;
        Near.Equal(zeros(10), peer.Anchors.matmul(boundaries.Normals[0] - projected), 1e-3); // what is left over is orthogonal to every anchor
        var weights = linalg.pinv(peer.Anchors.t()).matmul(projected);
        Near.Equal(projected, weights.matmul(peer.Anchors), 1e-3);                                 // and the direction lies in their span
    }

    [Fact]
    public void Leakage_is_what_the_pictures_say_over_the_wanted_change()
    {
        using var scope = NewDisposeScope();
        using var model = Model();
        using var noGrad = no_grad();
        using var method = EditingMethod.Of(model);
        double[] spreads = [0.02, 0.05];
        var figures = new LeakageMeasurement(Read, ["yaw", "smile"], spreads, _identity).Of(method, "yaw", wanted: 0.03, photos: 10)!;
        // Its own change is the wanted one, up to what a few secant steps on eight of the ten photos leave.
        Assert.InRange(figures.Change["yaw"] * spreads[0], 0.024, 0.036);
        // A second way: the amount that gives this change, read off the network.
        var amount = new LeakageMeasurement(Read, ["yaw", "smile"], spreads, _identity).Amount(method, "yaw", 0, 0.03);
        Tensor At(double a) => Read(model.Generator.Render(model.Anchors + a * model.Directions[0]).clamp(-1, 1));
        var change = (At(amount / 2) - At(-amount / 2)).to(ScalarType.Float64);
        Assert.Equal(change.select(1, 1).abs().mean().item<double>() / spreads[1], figures.Change["smile"], 1e-3);
        Assert.Equal(figures.Change["smile"] / figures.Change["yaw"], figures.Leakage, 1e-6);
        Assert.InRange(figures.Identity, -1, 1.0001);
        Assert.Null(new LeakageMeasurement(Read, ["yaw", "smile"], spreads, _identity).Of(method, "age", 1));
    }

    [Fact]
    public void A_control_curve_holds_means_and_deviations_of_its_portraits()
    {
        using var scope = NewDisposeScope();
        using var model = Model();
        using var noGrad = no_grad();
        var curve = new ControlStudy(Read, ["yaw", "smile"]).Of(model, model, samples: 30, targets: 3, seed: 2)[0];
        var attribute = model.Description.Attributes[0];
        using var codes = new Gpu.Applications.ControlledSynthesis(model.Hull, model.Directions).Sample(new() { Count = 10, Targets = [new CoordinateTarget(0, attribute.Maximum)], Seed = 2 });
        var readings = Read(model.Generator.Render(codes.Codes).clamp(-1, 1)).select(1, 0).to(ScalarType.Float64);
        Assert.Equal((30, 3), (curve.Samples, curve.Targets.Count));
        Assert.Equal(readings.mean().item<double>(), curve.Means[2], 1e-4);
        Assert.Equal(readings.std(unbiased: false).item<double>(), curve.Deviations[2], 1e-4);
        var random = Read(model.Generator.Render(model.Hull.Codes(model.Hull.Sample(30, new Random(2)))).clamp(-1, 1)).select(1, 0).to(ScalarType.Float64);
        Assert.Equal(random.std(unbiased: false).item<double>(), curve.RandomDeviation, 1e-4);
        Assert.Equal(curve.Deviations.Average() / curve.RandomDeviation, curve.DeviationRatio, 1e-9);
    }

    [Fact]
    public void A_comparison_moves_until_the_picture_measures_as_wanted()
    {
        using var scope = NewDisposeScope();
        using var model = Model();
        using var noGrad = no_grad();
        using var method = EditingMethod.Of(model);
        var pivot = model.Anchors[2].unsqueeze(0);
        var still = Read(model.Generator.Render(pivot).clamp(-1, 1))[0, 0].item<float>();
        var compared = new MethodComparison(Read, ["yaw", "smile"], _identity).Of(method, pivot, model.Album[2].ToTensor().unsqueeze(0), [("yaw", still + 0.02), ("age", 3)]);
        Assert.Equal(still, compared.Unedited.Values["yaw"], 1e-5);
        Assert.Equal(still + 0.02, compared.Edited[0]!.Values["yaw"], 0.004);
        Assert.Null(compared.Edited[1]);
    }

    private PersonalizedModel Model() => _toy.Run(Path.Combine(_folder, "base"), ToyRun.Defaults with { Passes = 1, InversionSteps = 1 }, _perceptual, _identity).Run(_toy.Set)!;

    /// <summary>Two linear readings of a picture: its darkness, and its left half against its right.</summary>
    private static Tensor Read(Tensor pictures) =>
        stack([-pictures.mean([1, 2, 3]), pictures.narrow(3, 0, 16).mean([1, 2, 3]) - pictures.narrow(3, 16, 16).mean([1, 2, 3])], 1);
}
