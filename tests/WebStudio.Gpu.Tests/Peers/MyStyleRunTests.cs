using WebStudio.Gpu.Checkpoints;
using WebStudio.Gpu.Execution;
using WebStudio.Gpu.Latents;
using WebStudio.Gpu.Peers;
using WebStudio.Gpu.Perceptual;
using WebStudio.Gpu.Personalization;
using WebStudio.Gpu.StyleGan;
using WebStudio.Gpu.Tests.Latents;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Tests.Peers;

/// <summary>goldens/mystyle/run: the official code's projection and tuning runs, step by step, on a 64 px network and LPIPS-Alex with a random backbone.</summary>
public class MyStyleRunTests
{
    [Theory]
    [InlineData("W_beta0p03", false, 0.03, 8)]
    [InlineData("Wplus_beta0p03", true, 0.03, 8)]
    [InlineData("Wplus_none", true, null, 5)]
    public void Projections_follow_the_official_run_step_by_step(string tag, bool wPlus, double? beta, int steps)
    {
        using var scope = NewDisposeScope();
        var anchors = StoredAnchors();
        using var network = Network();
        using var lpips = LpipsAlex();
        var expected = MyStyleGolden.Json("run", "losses").GetProperty("projection").GetProperty(tag).GetProperty("per_step");
        var parameters = MyStyleGolden.Read("run", $"proj_{tag}_params_per_step");
        MyStyleProjectionResult Run(int count, Action<MyStyleProjectionStep>? progress = null) =>
            new MyStyleProjection(w => network.Forward(w), lpips, new DilatedHull(anchors, beta), 10, new() { WPlus = wPlus, Steps = count })
                .Project(MyStyleGolden.Read("run", "proj_target"), progress, TestContext.Current.CancellationToken);

        // A run tells its parameters at the end only: shorter runs stand for the steps between.
        foreach (var count in (int[])[1, 3])
        {
            var shorter = Run(count);
            Near.Equal(parameters[count - 1], cat([shorter.Free.flatten(), shorter.Deltas.flatten()]), 5e-5, 1e-4);
        }
        var final = Run(steps, step =>
        {
            var (reconstruction, regularisation) = (expected[step.Step].GetProperty("recon").GetDouble(), expected[step.Step].GetProperty("reg").GetDouble());
            Assert.Equal(reconstruction, step.Reconstruction, 2e-4 * reconstruction);
            Assert.Equal(regularisation, step.Regularisation, 1e-6 + 2e-4 * regularisation);
        });
        Near.Equal(parameters[steps - 1], cat([final.Free.flatten(), final.Deltas.flatten()]), 5e-5, 1e-4);
        Near.Equal(MyStyleGolden.Read("run", $"proj_{tag}_alpha"), final.Weights, 1e-4, 1e-4);
        Near.Equal(MyStyleGolden.Read("run", $"proj_{tag}_latent"), final.Codes, 2e-4, 2e-4);
    }

    [Fact]
    public void Tuning_follows_the_official_run_update_by_update()
    {
        using var scope = NewDisposeScope();
        var anchors = StoredAnchors();
        var targets = MyStyleGolden.Read("run", "targets");
        using var network = Network();
        using var lpips = LpipsAlex();
        using var loss = new ReconstructionLoss(lpips, targets, ones(4, 1, 64, 64), perceptualWeight: 1, l2Weight: 1);
        Near.Equal(MyStyleGolden.Read("run", "tune_images_before"), Render(network, anchors), 7e-5, 1e-4);

        network.RequireGrad(true);
        using var adam = new AdamOptimizer(network.Parameters);
        var updates = MyStyleGolden.Json("run", "losses").GetProperty("tuning").GetProperty("updates");
        for (var update = 0; update < 12; update++)
        {
            using var step = NewDisposeScope();
            var terms = loss.Of(network.Forward(anchors.narrow(0, update % 4, 1)), [update % 4]);
            adam.ZeroGrad();
            terms.Total.backward();
            adam.Step(3e-4);
            var expected = updates[update];
            Assert.Equal(expected.GetProperty("loss").GetDouble(), terms.Total.item<float>(), 2e-4 * expected.GetProperty("loss").GetDouble());
            Assert.Equal(expected.GetProperty("lpips").GetDouble(), terms.Perceptual.item<float>(), 2e-4 * expected.GetProperty("lpips").GetDouble());
            Assert.Equal(expected.GetProperty("l2").GetDouble(), terms.L2.item<float>(), 2e-4 * expected.GetProperty("l2").GetDouble());
        }
        foreach (var name in (string[])["b16.conv0.weight", "b4.const", "b64.conv1.noise_strength", "b8.torgb.bias", "b32.conv1.affine.bias"])
            Near.Equal(MyStyleGolden.Read("run", $"tuned_{name}"), network.Parameters[name].reshape(MyStyleGolden.Read("run", $"tuned_{name}").shape), 1.5e-4);
        Near.Equal(MyStyleGolden.Read("run", "tune_images_after"), Render(network, anchors), 1e-3, 1e-3);
    }

    [Fact]
    public void A_personalised_model_as_MyStyle_saves_it_renders_the_tuned_pictures()
    {
        using var scope = NewDisposeScope();
        using var checkpoint = GeneratorCheckpoint.Read(Shared.Golden("mystyle", "mystyle_model.pt"));
        using var network = new SynthesisNetwork(checkpoint.Config, checkpoint.Tensors, ComputeContext.Cpu);
        Near.Equal(MyStyleGolden.Read("run", "tune_images_after"), Render(network, StoredAnchors()), 1e-3, 1e-3);
    }

    /// <summary>W* as MyStyle stores it: one file a photo, [1, num_ws, w_dim] with equal rows.</summary>
    private static Tensor StoredAnchors()
    {
        string[] photos = ["00", "01", "02", "03"];
        var stored = cat([.. photos.Select(p => Checkpoint.ReadTensors(Shared.Golden("mystyle", "run", "anchors", $"{p}.pt")).Values.Single())]);
        Near.Equal(MyStyleGolden.Read("run", "anchors"), stored, 0);
        return Anchors.FromWPlus(stored, photos).Codes;
    }

    private static SynthesisNetwork Network()
    {
        using var checkpoint = GeneratorCheckpoint.Read(Shared.Golden("stylegan2-ada", "a64", "a64.pkl"));
        return new SynthesisNetwork(checkpoint.Config, checkpoint.Tensors, ComputeContext.Cpu);
    }

    private static Lpips LpipsAlex() =>
        Lpips.Read(Shared.Golden("lpips", "alex_random_backbone.pth"), Shared.Golden("lpips", "official_alex_v0.1.pth"), ComputeContext.Cpu);

    private static Tensor Render(SynthesisNetwork network, Tensor codes)
    {
        using var noGrad = no_grad();
        return network.Forward(codes);
    }
}
