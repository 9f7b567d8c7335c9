using WebStudio.Gpu.Latents;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Tests.Latents;

public class PrincipalComponentsTests
{
    [Fact]
    public void Components_of_the_reference_anchors_agree_with_numpy_signs_included()
    {
        using var scope = NewDisposeScope();
        var pca = PrincipalComponents.Of(MyStylePlusPlus.Read("anchors"));
        Near.Equal(MyStylePlusPlus.Read("mean"), pca.Mean, 1e-12);
        Near.Equal(MyStylePlusPlus.Read("singular_values"), pca.SingularValues, 1e-9);
        Near.Equal(MyStylePlusPlus.Read("components"), pca.Components, 1e-9);
        Near.Equal(MyStylePlusPlus.Read("projections_centred"), pca.ToCoordinates(MyStylePlusPlus.Read("anchors")), 1e-9);
        Near.Equal(MyStylePlusPlus.Read("from_coordinates_output"), pca.FromCoordinates(MyStylePlusPlus.Read("from_coordinates_input")), 1e-9);
    }

    [Theory]
    [InlineData(45, 512, 44)] // Gram matrix
    [InlineData(60, 24, 24)] // covariance matrix
    [InlineData(2, 8, 1)]
    public void Rows_are_orthonormal_and_carry_all_variance(int n, int width, int count)
    {
        using var scope = NewDisposeScope();
        var anchors = Noise(n, width);
        var pca = PrincipalComponents.Of(anchors);
        Assert.Equal(count, pca.Count);
        Assert.Equal(ScalarType.Float32, pca.Components.dtype);
        Near.Equal(eye(count), pca.Components.matmul(pca.Components.t()), 1e-5);
        Near.Equal(anchors, pca.FromCoordinates(pca.ToCoordinates(anchors)), 2e-5); // anchors lie in the span
        Near.Equal(pca.SingularValues, pca.ToCoordinates(anchors).norm(0), 1e-4, 1e-5);
        Assert.All(Enumerable.Range(1, count - 1), i => Assert.True(pca.SingularValues[i].item<float>() <= pca.SingularValues[i - 1].item<float>()));
    }

    [Fact]
    public void A_copy_of_an_anchor_adds_no_component()
    {
        using var scope = NewDisposeScope();
        var anchors = Noise(6, 32);
        var pca = PrincipalComponents.Of(cat([anchors, anchors.narrow(0, 0, 2)]));
        Assert.Equal(5, pca.Count);
        Near.Equal(eye(5), pca.Components.matmul(pca.Components.t()), 1e-5);
    }

    [Fact]
    public void Gradients_reach_the_anchors_only_when_asked()
    {
        using var scope = NewDisposeScope();
        var anchors = Noise(7, 12).to(ScalarType.Float64).requires_grad_();
        Assert.False(PrincipalComponents.Of(anchors).Components.requires_grad);

        var probe = Noise(12, 1).to(ScalarType.Float64);
        Tensor Loss(Tensor w) => PrincipalComponents.Of(w, differentiable: true).Components[1].matmul(probe).sum();
        Loss(anchors).backward();
        // Central difference along a random direction, step 1e-6.
        using var noGrad = no_grad();
        var direction = Noise(8, 12).narrow(0, 1, 7).to(ScalarType.Float64);
        var slope = (Loss(anchors + 1e-6 * direction) - Loss(anchors - 1e-6 * direction)).item<double>() / 2e-6;
        Assert.Equal(slope, (anchors.grad! * direction).sum().item<double>(), 6);
    }

    [Fact]
    public void One_anchor_or_equal_anchors_are_refused()
    {
        using var scope = NewDisposeScope();
        Assert.Contains("at least 2", Assert.Throws<InvalidInputException>(() => PrincipalComponents.Of(ones(1, 4))).Message);
        Assert.Contains("coincide", Assert.Throws<InvalidInputException>(() => PrincipalComponents.Of(ones(3, 4))).Message);
    }

    private static Tensor Noise(int n, int width) => randn(n, width, generator: new Generator(7));
}
