using WebStudio.Gpu.BaseTraining;
using WebStudio.Gpu.Execution;
using static TorchSharp.torch;
using RandomSource = TorchSharp.torch.Generator;

namespace WebStudio.Gpu.Tests.BaseTraining;

public sealed class MaskTests
{
    [Theory]
    [InlineData(0.0)]
    [InlineData(0.25)]
    public void What_lies_outside_the_mask_changes_neither_the_loss_nor_a_gradient(double perceptualWeight)
    {
        using var scope = NewDisposeScope();
        using var random = new RandomSource(3);
        using var loss = new MaskedLoss(ComputeContext.Cpu, perceptualWeight);
        var target = rand([2, 3, 64, 64], generator: random) * 2 - 1;
        var mask = ones(2, 1, 64, 64);
        mask.narrow(3, 0, 20).zero_();
        var pictures = (rand([2, 3, 64, 64], generator: random) * 2 - 1).requires_grad_(true);
        var batch = new TrainingBatch(target, mask, target);
        var terms = loss.Of(pictures, batch);
        terms.Total.backward();
        Assert.Equal(0, pictures.grad!.narrow(3, 0, 20).abs().max().item<float>());
        Assert.True(pictures.grad!.narrow(3, 20, 44).abs().min().item<float>() > 0);

        using var noGrad = no_grad();
        var changed = pictures.detach().clone();
        changed.narrow(3, 0, 20).fill_(0.9f);
        Near.Equal(terms.Total, loss.Of(changed, batch).Total, 0);
        // Nor does what a file holds under its transparency.
        var junk = target.clone();
        junk.narrow(3, 0, 20).fill_(-0.8f);
        Near.Equal(terms.Total, loss.Of(pictures.detach(), batch with { Target = junk }).Total, 0);
    }

    [Fact]
    public void The_loss_of_a_constant_error_is_what_the_formula_gives()
    {
        using var scope = NewDisposeScope();
        using var loss = new MaskedLoss(ComputeContext.Cpu, 0);
        var target = zeros(1, 3, 64, 64);
        var all = ones(1, 1, 64, 64);
        // Inside everything: 0.2 at four scales weighted 1, ½, ½, ½; no edges; plus 0.2²; divided by the valid share 1 + 10⁻³.
        var terms = loss.Of(target + 0.2, new(target, all, target));
        Assert.Equal((0.2 * 2.5 + 0.04) / 1.001, terms.Total.item<float>(), 1e-5);
        Assert.Equal(0.2 / 1.001, terms.L1.item<float>(), 1e-5);
    }

    [Fact]
    public void The_encoder_sees_nothing_of_a_transparent_part_and_moves_with_the_target()
    {
        using var folder = new TinyPictures();
        for (var i = 0; i < 40; i++)
            File.WriteAllBytes(folder.Place($"p{i:00}.png"), TinyPictures.Png(64, 64, (x, _) => (200, (byte)(4 * i), 250, x < 16 ? (byte)0 : (byte)255)));
        using var pictures = TrainingPictures.Load([new PictureSource(folder.Folder)], 64);
        using var scope = NewDisposeScope();
        var still = new BaseTrainingOptions { BatchSize = 8, Moved = 0 };
        using var random = new RandomSource(5);
        var batch = new BatchSampler(pictures, still, CPU).Draw(64, random, plain: false);
        var valid = batch.Mask.expand(8, 3, 64, 64);
        // Mirrored or not, a quarter of every picture is unknown.
        Assert.Equal(8 * 64 * 48, batch.Mask.sum().item<float>());
        Near.Equal(batch.Target * valid, batch.Input, 1e-6);
        Assert.Equal(0, (batch.Input * (1 - valid)).abs().max().item<float>());

        var moving = new BaseTrainingOptions { BatchSize = 32, Moved = 1 };
        var moved = new BatchSampler(pictures, moving, CPU).Draw(64, random, plain: false);
        Near.Equal(moved.Target * moved.Mask, moved.Input * moved.Mask, 1e-6);
        var shares = moved.Mask.mean([1, 2, 3]);
        Assert.True(shares.std().item<float>() > 0.005);
        Assert.InRange(shares.mean().item<float>(), 0.6, 0.85);
    }

    [Fact]
    public void Exchanged_pictures_keep_the_face_and_take_their_neighbours_corners()
    {
        using var scope = NewDisposeScope();
        using var random = new RandomSource(2);
        var pictures = arange(4, dtype: ScalarType.Float32).view(4, 1, 1, 1).expand(4, 3, 64, 64).contiguous();
        var exchanged = PictureChanges.Exchange(pictures, 1, random);
        var corners = exchanged.select(3, 2).select(2, 2);
        Near.Equal(pictures.select(3, 32).select(2, 35), exchanged.select(3, 32).select(2, 35), 1e-3);
        Near.Equal(pictures.roll(1, 0).select(3, 2).select(2, 2), corners, 2e-2);
        Near.Equal(pictures, PictureChanges.Exchange(pictures, 0, random), 0);
    }

    [Fact]
    public void Equal_sources_draw_equal_batches()
    {
        using var folder = new TinyPictures().WithDiscs(40);
        using var pictures = TrainingPictures.Load([new PictureSource(folder.Folder)], 64);
        using var scope = NewDisposeScope();
        var sampler = new BatchSampler(pictures, new() { BatchSize = 8 }, CPU);
        TrainingBatch Draw(ulong seed)
        {
            using var random = new RandomSource(seed);
            return sampler.Draw(32, random, plain: false);
        }
        var (first, again, other) = (Draw(9), Draw(9), Draw(10));
        Near.Equal(first.Target, again.Target, 0);
        Near.Equal(first.Input, again.Input, 0);
        Assert.False(first.Target.equal(other.Target).all().item<bool>());
    }
}
