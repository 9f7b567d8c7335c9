using WebStudio.Gpu.Checkpoints;
using WebStudio.Gpu.Execution;
using WebStudio.Gpu.Faces;
using WebStudio.Gpu.Perceptual;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace WebStudio.Gpu.Tests.Faces;

/// <summary>Training runs the face networks in bfloat16 and follows their gradients: these must point where those of float32 point. Equal values do not show that they do.</summary>
public sealed class ReducedPrecisionTests
{
    private static readonly ComputeContext Full = ComputeContext.Cpu, Reduced = ComputeContext.Cpu with { Precision = ScalarType.BFloat16 };

    [Fact]
    public void The_readout_s_gradients_agree_with_those_of_float32()
    {
        using var scope = NewDisposeScope();
        var faces = RandomFaces(6);
        foreach (var attribute in (string[])["yaw", "pitch", "smile", "mouth"])
            Agree(faces, Readout(Full, attribute), Readout(Reduced, attribute), 0.9, attribute);
    }

    [Fact]
    public void The_perceptual_distance_s_gradients_agree_with_those_of_float32()
    {
        using var scope = NewDisposeScope();
        var faces = RandomFaces(6);
        Agree(faces, Distance(Full, faces), Distance(Reduced, faces), 0.95, "perceptual distance");
    }

    private static void Agree(Tensor faces, Func<Tensor, Tensor> full, Func<Tensor, Tensor> reduced, double least, string name)
    {
        var cosines = F.cosine_similarity(Gradient(full, faces), Gradient(reduced, faces), 1, 1e-12).data<float>().ToArray();
        Assert.All(cosines, cosine => Assert.True(cosine >= least, $"{name}: the gradients' cosine is {cosine:F2}"));
    }

    private static Tensor Gradient(Func<Tensor, Tensor> of, Tensor faces)
    {
        var x = faces.clone().requires_grad_(true);
        of(x).sum().backward();
        return x.grad!.flatten(1);
    }

    private static Func<Tensor, Tensor> Readout(ComputeContext context, string attribute) => x =>
    {
        using var readout = new AttributeReadout(context);
        readout.Load(Path.Combine(BaseFolder.BuiltIn, AttributeReadout.FileName));
        return readout.Read(x).select(1, readout.Names.ToList().IndexOf(attribute));
    };

    private static Func<Tensor, Tensor> Distance(ComputeContext context, Tensor faces) => x =>
    {
        using var distance = new FaceFeatureDistance(context);
        using var target = distance.Prepare(faces.roll(1, 0));
        return distance.Distance(x, target);
    };

    private static Tensor RandomFaces(int count)
    {
        using var noGrad = no_grad();
        using var generator = BaseFolder.Open(BaseFolder.BuiltIn).LoadGenerator(Full);
        var z = randn([count, generator.Config.ZDim], generator: new TorchSharp.torch.Generator(11));
        return generator.Render(generator.Mapping!.Map(z, 0.7).select(1, 0)).clamp(-1, 1);
    }
}
