using WebStudio.Gpu.BaseTraining;
using WebStudio.Gpu.Execution;
using WebStudio.Gpu.Personalization;
using WebStudio.Gpu.Tests.StyleGan;
using static TorchSharp.torch;
using Generator = WebStudio.Gpu.StyleGan.Generator;

namespace WebStudio.Gpu.Tests.Evaluation;

/// <summary>The base that is shipped beside the prototype that it replaced, on the faces that neither has seen.</summary>
public sealed class BuiltInBaseFiguresTests(ITestOutputHelper output)
{
    private const int Pictures = 48;

    [Fact]
    public void The_built_in_base_gives_unseen_faces_back_better_than_the_prototype()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var faces = HeldOutPictures.Load([new PictureSource(Shared.Path("base-training", "omi-256.tar"))], 128);
        var originals = faces.Pictures.slice(0, 0, Pictures, 1).to(ScalarType.Float32) / 127.5 - 1;
        var shipped = Psnr(Path.Combine(AppContext.BaseDirectory, "models", "faces"), originals);
        var prototype = Psnr(Shared.Path("base"), originals);
        output.WriteLine($"shipped {shipped:0.00} dB, prototype {prototype:0.00} dB");
        Assert.True(shipped >= prototype + 1.5, $"{shipped:0.00} dB beside {prototype:0.00} dB");
    }

    /// <summary>Mean of −10 log10 of the squared error over pixels of a value range of 1, dB.</summary>
    private static double Psnr(string folder, Tensor originals)
    {
        using var generator = Generator.Create(TestNetworks.BaseConfig, TestNetworks.Safetensors(Path.Combine(folder, "generator.safetensors")), ComputeContext.Cpu);
        using var encoder = new ResidualPcaEncoder(TestNetworks.Safetensors(Path.Combine(folder, "encoder.safetensors")), ComputeContext.Cpu);
        var errors = ((generator.Render(encoder.Encode(originals)).clamp(-1, 1) - originals) / 2).square().mean([1, 2, 3]);
        return (errors.log10() * -10).mean().item<float>();
    }
}
