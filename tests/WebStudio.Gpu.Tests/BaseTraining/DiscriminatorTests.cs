using WebStudio.Gpu.BaseTraining;
using WebStudio.Gpu.Personalization;
using static TorchSharp.torch;
using RandomSource = TorchSharp.torch.Generator;

namespace WebStudio.Gpu.Tests.BaseTraining;

public sealed class DiscriminatorTests
{
    private const int Side = 16;

    [Fact]
    public void It_learns_to_tell_smooth_pictures_from_checkered_ones()
    {
        using var scope = NewDisposeScope();
        using var random = new RandomSource(1);
        using var discriminator = new Discriminator(Side, ScalarType.Float32, CPU, random);
        discriminator.RequireGrad(true);
        using var adam = new AdamOptimizer(discriminator.Parameters, 0, 0.99);
        var masks = ones(4, 1, Side, Side);
        for (var step = 0; step < 20; step++)
        {
            var loss = nn.functional.softplus(discriminator.Forward(Checkered(random), masks).Scores).mean() + nn.functional.softplus(discriminator.Forward(Smooth(random), masks).Scores.neg()).mean();
            adam.ZeroGrad();
            loss.backward();
            adam.Step(0.002);
        }
        using var noGrad = no_grad();
        // On pictures it has not seen.
        Assert.True(discriminator.Forward(Smooth(random), masks).Scores.min().item<float>() > discriminator.Forward(Checkered(random), masks).Scores.max().item<float>());
    }

    [Fact]
    public void It_judges_nothing_that_lies_outside_a_mask_but_sees_the_mask()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var random = new RandomSource(2);
        using var discriminator = new Discriminator(Side, ScalarType.Float32, CPU, random);
        var pictures = Smooth(random);
        var masks = ones(4, 1, Side, Side);
        masks.narrow(3, 0, 4).zero_();
        var scores = discriminator.Forward(pictures, masks).Scores;
        pictures.narrow(3, 0, 4).fill_(0.7f);
        Near.Equal(scores, discriminator.Forward(pictures, masks).Scores, 0);
        Assert.False(scores.allclose(discriminator.Forward(pictures, ones(4, 1, Side, Side)).Scores));
    }

    private static Tensor Smooth(RandomSource random) => (rand([4, 3, 1, 1], generator: random) * 2 - 1).expand(4, 3, Side, Side).contiguous();

    private static Tensor Checkered(RandomSource random)
    {
        var board = (arange(Side).view(-1, 1) + arange(Side)).remainder(2).to(ScalarType.Float32) * 2 - 1;
        return Smooth(random) * 0.5 + board * 0.5;
    }
}
