using System.Diagnostics;
using WebStudio.Gpu.BaseTraining;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Gpu.Execution;
using WebStudio.Gpu.Peers;
using WebStudio.Gpu.Perceptual;
using WebStudio.Gpu.Personalization;
using static TorchSharp.torch;
using Generator = WebStudio.Gpu.StyleGan.Generator;

namespace WebStudio.Gpu.Evaluation;

/// <summary>How a base is measured.</summary>
public sealed record BaseMeasurementOptions
{
    /// <summary>Held-out pictures that are given back, of different people as far as there are.</summary>
    public int Pictures { get; init; } = 48;

    /// <summary>Steps of refinement in W.</summary>
    public int RefinementSteps { get; init; } = 150;

    /// <summary>Step size of the refinement.</summary>
    public double RefinementRate { get; init; } = 0.05;

    /// <summary>Random pictures for the Fréchet distance.</summary>
    public int Samples { get; init; } = 1000;

    /// <summary>Truncation of the random pictures.</summary>
    public double Psi { get; init; } = 1;

    /// <summary>Pictures at once.</summary>
    public int BatchSize { get; init; } = 8;

    /// <summary>Seed of the random pictures.</summary>
    public int Seed { get; init; } = 5;
}

/// <summary>What was measured of a base.</summary>
/// <param name="Resolution">Side of its pictures, in pixels.</param>
/// <param name="Pictures">Held-out pictures that were given back.</param>
/// <param name="Encoded">Reconstructions by the encoder alone, or at the mean code where the base has no encoder.</param>
/// <param name="Refined">The same after refinement in W.</param>
/// <param name="RefinementSeconds">Time the refinement took for one picture.</param>
/// <param name="OtherPeople">Mean similarity of the embeddings of two different pictures: what no reconstruction should fall to.</param>
/// <param name="Frechet">Fréchet distance of random pictures to all held-out ones in embeddings; NaN where the base cannot be sampled.</param>
public sealed record BaseFigures(int Resolution, int Pictures, ReconstructionFigures Encoded, ReconstructionFigures Refined, double RefinementSeconds, double OtherPeople, double Frechet);

/// <summary>Pictures to look at beside the figures, [N, 3, R, R] in [−1, 1] each.</summary>
/// <param name="Targets">Held-out pictures.</param>
/// <param name="Encoded">Reconstructions by the encoder.</param>
/// <param name="Refined">Reconstructions after refinement.</param>
/// <param name="Random">Random pictures; null where the base cannot be sampled.</param>
public sealed record BaseExamples(Tensor Targets, Tensor Encoded, Tensor Refined, Tensor? Random);

/// <summary>Measures a base on pictures it has not seen: how well it gives them back, at once and after refinement, and how near its random pictures come to them.</summary>
/// <param name="source">The base.</param>
/// <param name="options">Settings.</param>
/// <param name="context">Device and precision.</param>
/// <param name="identity">Face embeddings, also the perceptual part of the refinement; stays the caller's.</param>
public sealed class BaseMeasurement(BaseFolder source, BaseMeasurementOptions options, ComputeContext context, FaceFeatureDistance identity)
{
    /// <summary>Receives pictures at the end; they live as long as the call.</summary>
    public Action<BaseExamples>? Examples { get; init; }

    /// <summary>Measures.</summary>
    /// <param name="heldOut">At the side of the base's pictures, or what the encoder takes where that is more; stays the caller's.</param>
    /// <param name="progress">Called with what is done and how many pictures of it.</param>
    /// <param name="abort">Ends after the current step with <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="InvalidInputException">The base is damaged, or has neither encoder nor mean code.</exception>
    public BaseFigures Of(HeldOutPictures heldOut, Action<StudyProgress>? progress = null, CancellationToken abort = default)
    {
        using var scope = NewDisposeScope();
        using var generator = source.LoadGenerator(context);
        generator.Synthesis.Freeze();
        var count = Math.Min(options.Pictures, heldOut.Count);
        using var photos = Photos(heldOut, count, generator.Config.ImgResolution);
        // The weights a personalisation inverts with: what an album would see.
        var weights = new PersonalizationOptions { Attributes = [] };
        using var loss = new ReconstructionLoss(identity, photos.Images, photos.Masks, weights.PerceptualWeight, weights.L2Weight);
        var measurement = new ReconstructionMeasurement(photos, loss, identity) { BatchDone = abort.ThrowIfCancellationRequested };
        var codes = Encode(generator, heldOut, count);
        var encoded = measurement.Of(generator.Synthesis, codes);

        var clock = Stopwatch.StartNew();
        var inverter = new AnchorInverter(generator.Synthesis, loss, new() { Steps = options.RefinementSteps, LearningRate = options.RefinementRate, BatchSize = options.BatchSize });
        progress?.Invoke(new("refining", 0, count));
        var refinedCodes = inverter.Refine(codes, progress: done => progress?.Invoke(new("refining", done, count)), abort: abort);
        var seconds = clock.Elapsed.TotalSeconds / count;
        var refined = measurement.Of(generator.Synthesis, refinedCodes);

        var (frechet, random) = generator.Mapping is null ? (double.NaN, null) : Frechet(generator, heldOut, progress, abort);
        if (Examples is not null)
            Examples(new(photos.Images, Render(generator, codes), Render(generator, refinedCodes), random));
        return new(generator.Config.ImgResolution, count, encoded, refined, seconds, measurement.GalleryIdentity(), frechet);
    }

    private TrainingSet Photos(HeldOutPictures heldOut, int count, int side)
    {
        using var scope = NewDisposeScope();
        var (images, masks) = Take(heldOut, 0, count);
        return new([.. Enumerable.Range(0, count).Select(i => $"{i}")], BatchSampler.Shrink(images, side), BatchSampler.Valid(masks, side), new Dictionary<string, double[]>());
    }

    private (Tensor Images, Tensor Masks) Take(HeldOutPictures heldOut, long from, long end)
    {
        using var scope = NewDisposeScope();
        var images = heldOut.Pictures.slice(0, from, end, 1).to(ScalarType.Float32, context.Device) / 127.5 - 1;
        return (images.MoveToOuterDisposeScope(), heldOut.Masks.slice(0, from, end, 1).to(ScalarType.Float32, context.Device).MoveToOuterDisposeScope());
    }

    private Tensor Encode(Generator generator, HeldOutPictures heldOut, int count)
    {
        using var noGrad = no_grad();
        if (source.ReadEncoder() is { } tensors)
        {
            using var scope = NewDisposeScope();
            using var encoder = new ResidualPcaEncoder(tensors, context);
            var (images, masks) = Take(heldOut, 0, count);
            return encoder.Encode(images * masks).MoveToOuterDisposeScope();
        }
        var average = generator.WAvg ?? throw new InvalidInputException($"The base '{source.Description.Name}' has neither an encoder nor a mean code w_avg to start from.");
        return average.unsqueeze(0).repeat(count, 1);
    }

    private (double Distance, Tensor Examples) Frechet(Generator generator, HeldOutPictures heldOut, Action<StudyProgress>? progress, CancellationToken abort)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (embeddings, first, done) = (new List<Tensor>(), new List<Tensor>(), 0);
        foreach (var (codes, images) in RandomFaces.Draw(generator, options.Samples, options.BatchSize, options.Psi, options.Seed))
        {
            abort.ThrowIfCancellationRequested();
            embeddings.Add(identity.Embed(images));
            if (done < options.Pictures)
                first.Add(images);
            else
                images.Dispose();
            codes.Dispose();
            progress?.Invoke(new("random pictures", Math.Min(done += options.BatchSize, options.Samples), options.Samples));
        }
        var real = new List<Tensor>();
        for (long from = 0; from < heldOut.Count; from += options.BatchSize)
        {
            using var chunk = NewDisposeScope();
            var end = Math.Min(from + options.BatchSize, heldOut.Count);
            var (images, masks) = Take(heldOut, from, end);
            real.Add(identity.Embed(images * masks).MoveToOuterDisposeScope());
        }
        return (FrechetDistance.Between(cat([.. embeddings], 0), cat([.. real], 0), heldOut.Weights), cat([.. first], 0).MoveToOuterDisposeScope());
    }

    private Tensor Render(Generator generator, Tensor codes)
    {
        using var scope = NewDisposeScope();
        var chunks = new List<Tensor>();
        for (long from = 0; from < codes.shape[0]; from += options.BatchSize)
            chunks.Add(generator.Render(codes.slice(0, from, Math.Min(from + options.BatchSize, codes.shape[0]), 1)).clamp(-1, 1));
        return cat([.. chunks], 0).MoveToOuterDisposeScope();
    }
}
