using WebStudio.Gpu.Execution;
using WebStudio.Gpu.Personalization;
using static TorchSharp.torch;
using Generator = WebStudio.Gpu.StyleGan.Generator;

namespace WebStudio.Gpu.Tests.StyleGan;

public class ResidualPcaEncoderTests
{
    [Fact]
    public void Encoding_a_rendered_face_gives_a_code_that_renders_it_again()
    {
        using var scope = NewDisposeScope();
        using var generator = Generator.Create(TestNetworks.BaseConfig, TestNetworks.BaseTensors(), ComputeContext.Cpu);
        using var encoder = new ResidualPcaEncoder(TestNetworks.Safetensors(Path.Combine(AppContext.BaseDirectory, "models", "faces", "encoder.safetensors")), ComputeContext.Cpu);
        var faces = generator.Render(generator.Mapping!.Map(randn([16, 512], generator: new TorchSharp.torch.Generator(7)), psi: 0.8));
        var w = encoder.Encode(faces);
        Assert.Equal([16, 512], w.shape);
        double Psnr(Tensor other) => -10 * Math.Log10(((other - faces) / 2).square().mean().item<float>());
        var again = Psnr(generator.Render(w));
        var mean = Psnr(generator.Render(generator.WAvg!.expand(16, -1)));
        // Measured 28.1 and 14.1 dB.
        Assert.True(again > 26 && again > mean + 10, $"encoder {again:f1} dB, mean face {mean:f1} dB");
    }

    [Fact]
    public void Larger_pictures_are_averaged_down()
    {
        using var scope = NewDisposeScope();
        using var encoder = new ResidualPcaEncoder(TestNetworks.Safetensors(Path.Combine(AppContext.BaseDirectory, "models", "faces", "encoder.safetensors")), ComputeContext.Cpu);
        var small = rand(2, 3, 64, 64) * 2 - 1;
        var large = small.repeat_interleave(4, 2).repeat_interleave(4, 3);
        Near.Equal(encoder.Encode(small), encoder.Encode(large), atol: 1e-4);
    }

    [Fact]
    public void An_encoder_without_its_linear_path_is_refused_by_name()
    {
        using var scope = NewDisposeScope();
        var tensors = TestNetworks.Safetensors(Path.Combine(AppContext.BaseDirectory, "models", "faces", "encoder.safetensors"));
        tensors.Remove("pca.bias");
        var error = Assert.Throws<InvalidInputException>(() => new ResidualPcaEncoder(tensors, ComputeContext.Cpu));
        Assert.Contains("pca.bias", error.Message);
    }
}
