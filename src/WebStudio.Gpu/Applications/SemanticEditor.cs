using WebStudio.Gpu.Peers;
using WebStudio.Gpu.Perceptual;
using WebStudio.Gpu.Personalization;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Applications;

/// <summary>Settings of opening a photo for editing.</summary>
public sealed record SemanticEditorOptions
{
    /// <summary>The search for α*.</summary>
    public MyStyleProjectionOptions Projection { get; init; } = new() { Steps = 250, LearningRate = 0.02, L2Weight = 10, Patience = 40 };

    /// <summary>Pivotal tuning of the copy.</summary>
    public PivotalTuningOptions Tuning { get; init; } = new() { Steps = 120, LearningRate = 1e-3 };
}

/// <summary>Where opening a photo stands.</summary>
/// <param name="Stage">"projecting" or "tuning".</param>
/// <param name="Done">Steps done in the stage.</param>
/// <param name="Total">At most so many.</param>
public readonly record struct EditProgress(string Stage, int Done, int Total);

/// <summary>
/// Semantic editing of a photo (method section 6): the photo is found in the personalised subspace, a copy of G* is tuned on it, and coordinates
/// are set while all others stay.
/// </summary>
/// <param name="model">The personalised model; not changed.</param>
/// <param name="perceptual">Distance of L_rec.</param>
/// <param name="options">Settings.</param>
public sealed class SemanticEditor(PersonalizedModel model, IPerceptualDistance perceptual, SemanticEditorOptions options)
{
    /// <summary>Opens any aligned photo of the person.</summary>
    /// <param name="image">[1, 3, R, R] in [-1, 1] at the generator's size.</param>
    /// <param name="mask">[1, 1, R, R], 1 where a pixel comes from the photo.</param>
    /// <param name="progress">Called during projection and tuning.</param>
    /// <param name="abort">Ends with <see cref="OperationCanceledException"/>.</param>
    public EditablePhoto Open(Tensor image, Tensor mask, Action<EditProgress>? progress = null, CancellationToken abort = default)
    {
        using var scope = NewDisposeScope();
        var network = model.Generator.Synthesis;
        // Made-up border pixels count as perfect: the photo stands in for them.
        var projection = new MyStyleProjection(w => network.Forward(w) * mask + image * (1 - mask), perceptual, model.Hull, network.Config.NumWs, options.Projection);
        using var found = projection.Project(image, step => progress?.Invoke(new("projecting", step.Step, options.Projection.Steps)), abort);
        var pivot = options.Projection.WPlus ? found.Codes.clone() : found.Codes.select(1, 0).clone();
        return Tune(pivot, image, mask, progress, abort);
    }

    /// <summary>Opens a photo of the album: its anchor is the pivot.</summary>
    /// <param name="n">Index of the photo.</param>
    /// <param name="mask">[1, 1, R, R]; null where the whole crop comes from the photo.</param>
    /// <param name="progress">Called during tuning.</param>
    /// <param name="abort">Ends with <see cref="OperationCanceledException"/>.</param>
    public EditablePhoto OpenAlbum(int n, Tensor? mask = null, Action<EditProgress>? progress = null, CancellationToken abort = default)
    {
        using var scope = NewDisposeScope();
        var image = model.Album[n].ToTensor().unsqueeze(0).to(model.Anchors.device);
        return Tune(model.Anchors[n].unsqueeze(0).clone(), image, mask ?? ones_like(image.slice(1, 0, 1, 1)), progress, abort);
    }

    private EditablePhoto Tune(Tensor pivot, Tensor image, Tensor mask, Action<EditProgress>? progress, CancellationToken abort)
    {
        using var loss = new ReconstructionLoss(perceptual, image, mask, 1, options.Projection.L2Weight);
        var tuned = new PivotalTuner(options.Tuning).Tune(model.Generator.Synthesis, pivot, loss, done => progress?.Invoke(new("tuning", done, options.Tuning.Steps)), abort);
        return new EditablePhoto(model, tuned, pivot);
    }
}
