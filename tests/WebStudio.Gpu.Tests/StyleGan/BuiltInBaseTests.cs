using WebStudio.Gpu.Execution;
using static TorchSharp.torch;
using Generator = WebStudio.Gpu.StyleGan.Generator;

namespace WebStudio.Gpu.Tests.StyleGan;

/// <summary>Networks of the built-in base's shape. The official code's pictures are those of the prototype that it replaced.</summary>
public class BuiltInBaseTests
{
    [Fact]
    public void Pictures_of_a_network_of_its_shape_agree_with_the_official_code()
    {
        using var scope = NewDisposeScope();
        var reference = TestNetworks.Safetensors(Shared.Path("base", "reference.safetensors"));
        using var generator = Generator.Create(TestNetworks.BaseConfig, Prototype(), ComputeContext.Cpu);
        Near.Equal(reference["img"], generator.Render(reference["w"]), atol: 1e-5, rtol: 1e-5);
    }

    [Fact]
    public void Bfloat16_stays_within_a_grey_level_on_average()
    {
        using var scope = NewDisposeScope();
        var reference = TestNetworks.Safetensors(Shared.Path("base", "reference.safetensors"));
        using var generator = Generator.Create(TestNetworks.BaseConfig, Prototype(), ComputeContext.Cpu with { Precision = ScalarType.BFloat16 });
        var error = (generator.Render(reference["w"]) - reference["img"]).abs();
        Assert.InRange(error.mean().item<float>(), 1e-6f, 1 / 127.5f);
    }

    [Fact]
    public void Gaussian_mapping_starts_at_the_mean_and_spreads_with_psi()
    {
        using var scope = NewDisposeScope();
        var tensors = TestNetworks.BaseTensors();
        using var generator = Generator.Create(TestNetworks.BaseConfig, tensors, ComputeContext.Cpu);
        var z = randn(5, 512);
        var expected = tensors["mapping.w_avg"] + 0.8 * tensors["gaussian.w_chol"].matmul(z.t()).t();
        var ws = generator.Mapping!.Map(z, psi: 0.8, cutoff: 4);
        Assert.Equal([5, 12, 512], ws.shape);
        Near.Equal(expected, ws[.., 3], atol: 1e-4);
        Near.Equal(generator.Mapping.Map(z)[.., 11], ws[.., 4], atol: 0);
        Near.Equal(tensors["mapping.w_avg"].expand(5, -1), generator.Mapping.Map(z, psi: 0)[.., 0], atol: 1e-6);
    }

    private static Dictionary<string, Tensor> Prototype() => TestNetworks.Safetensors(Shared.Path("base", "generator.safetensors"));
}
