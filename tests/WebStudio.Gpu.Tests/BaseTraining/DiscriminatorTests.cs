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

    [Fact]
    public void The_penalty_is_the_squared_gradient_that_differences_of_scores_give()
    {
        const float Step = 0.01f;
        using var scope = NewDisposeScope();
        using var random = new RandomSource(6);
        using var discriminator = new Discriminator(Side, ScalarType.Float32, CPU, random);
        var pictures = Checkered(random).narrow(0, 0, 2) * 0.7 + randn([2, 3, Side, Side], generator: random) * 0.2;
        var masks = ones(2, 1, Side, Side);
        masks.narrow(3, 0, 4).zero_();
        var penalty = discriminator.Penalty(pictures, masks).item<float>();

        using var noGrad = no_grad();
        var sum = 0.0;
        for (var picture = 0; picture < 2; picture++)
            for (var at = 0; at < 3 * Side * Side; at++)
            {
                using var step = NewDisposeScope();
                float Score(float by)
                {
                    var changed = pictures.clone();
                    changed[picture].view(-1)[at].add_(by);
                    return discriminator.Forward(changed, masks, precise: true).Scores.sum().item<float>();
                }
                var slope = (Score(Step) - Score(-Step)) / (2 * Step);
                sum += slope * slope;
            }
        Assert.InRange(penalty, 0.97 * sum / 2, 1.03 * sum / 2);
        Assert.True(penalty > 1e-4, $"{penalty}");
    }

    private static Tensor Smooth(RandomSource random) => (rand([4, 3, 1, 1], generator: random) * 2 - 1).expand(4, 3, Side, Side).contiguous();

    private static Tensor Checkered(RandomSource random)
    {
        var board = (arange(Side).view(-1, 1) + arange(Side)).remainder(2).to(ScalarType.Float32) * 2 - 1;
        return Smooth(random) * 0.5 + board * 0.5;
    }
}
