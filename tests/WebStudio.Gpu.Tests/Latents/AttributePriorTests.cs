using TorchSharp;
using WebStudio.Gpu.Latents;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Tests.Latents;

public class AttributePriorTests
{
    private const int Width = 12, Samples = 4000;

    [Fact]
    public void A_direction_changes_its_attribute_by_one_unit_and_no_other()
    {
        using var scope = NewDisposeScope();
        var (codes, predictors, prior) = Fitted();
        // The truth is known here: attribute p of w is predictors[p]·w.
        var change = prior.Directions.matmul(predictors.t());                      // [P, P]
        Near.Equal(eye(3), change, 0.05);
        Assert.All(prior.Fit, fit => Assert.InRange(fit, 0.9, 1));
        Near.Equal(predictors, prior.Predictors, 0.05, 0.05);
        Assert.Null(prior.Direction("age"));
        Assert.Equal(1, prior.Direction("yaw")!.norm().item<float>(), 1e-5);
    }

    [Fact]
    public void A_direction_follows_what_varies_rather_than_what_merely_predicts()
    {
        using var scope = NewDisposeScope();
        // Two coordinates vary together; only the first enters the attribute. The plausible change moves both.
        var random = new torch.Generator(3);
        var shared = randn([Samples, 1], generator: random);
        var codes = cat([shared, shared + 0.3 * randn([Samples, 1], generator: random), randn([Samples, 2], generator: random)], 1);
        var prior = AttributePrior.FromSamples(["a"], codes, codes.narrow(1, 0, 1));
        var direction = prior.Direction("a")!;
        Assert.InRange((direction[1] / direction[0]).item<float>(), 0.8, 1.2);
        Assert.InRange(direction.narrow(0, 2, 2).abs().max().item<float>(), 0, 0.1);
    }

    [Fact]
    public void A_written_prior_reads_back()
    {
        using var scope = NewDisposeScope();
        var (_, _, prior) = Fitted();
        var path = Path.GetTempFileName();
        prior.Write(path);
        using var read = AttributePrior.Read(path);
        Assert.Equal(prior.Names, read.Names);
        Near.Equal(prior.Directions, read.Directions, 0);
        Near.Equal(prior.Predictors, read.Predictors, 0);
        File.Delete(path);
    }

    [Fact]
    public void Arranged_anchors_have_their_levels_coordinate_and_hide_nothing_else_of_the_attribute()
    {
        using var scope = NewDisposeScope();
        var (codes, predictors, prior) = Fitted();
        double[] yaw = [-20, -20, 0, 0, 20, 20, double.NaN];
        var levels = AttributeLevels.Quantise("yaw", yaw, LevelOptions.Bins(5, 2));
        var directions = prior.Direction("yaw")!.unsqueeze(0);
        using var arrangement = AnchorArrangement.Of(prior, [levels], directions);
        var album = codes.narrow(0, 0, yaw.Length);
        var centre = album.mean([0]);
        var arranged = arrangement.Apply(album, centre, arange(yaw.Length, dtype: ScalarType.Int64));

        // The base's own prediction for the arranged code is the level's value, about the album's mean.
        var predicted = (arranged - centre).matmul(predictors[0]).data<float>().ToArray();
        for (var n = 0; n < 6; n++)
            Assert.Equal(yaw[n], predicted[n], 1.0);
        // A photo of unknown yaw keeps its own coordinate.
        Near.Equal((album[6] - centre).matmul(directions[0]), (arranged[6] - centre).matmul(directions[0]), 1e-4);
        // What has nothing to do with yaw stays.
        var bystander = prior.Predictors[1] - prior.Predictors[1].dot(directions[0]) * directions[0];
        var other = linalg.qr(stack([directions[0], prior.Predictors[0]]).t()).Q;
        bystander = bystander - other.matmul(other.t().matmul(bystander));
        Near.Equal((album - centre).narrow(0, 0, 6).matmul(bystander), (arranged - centre).narrow(0, 0, 6).matmul(bystander), 1e-3);
    }

    private static (Tensor Codes, Tensor Predictors, AttributePrior Prior) Fitted()
    {
        var random = new torch.Generator(7);
        var codes = randn([Samples, Width], generator: random).matmul(randn([Width, Width], generator: random) * 0.3 + eye(Width));
        var predictors = randn([3, Width], generator: random) * tensor((float[])[8, 3, 1]).unsqueeze(1);
        var values = codes.matmul(predictors.t());
        values = values + 0.05 * values.std(0, unbiased: false) * randn([Samples, 3], generator: random);
        return (codes, predictors, AttributePrior.FromSamples(["yaw", "smile", "light"], codes, values, ridge: 1e-4));
    }
}
