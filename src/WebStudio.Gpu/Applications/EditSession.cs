using WebStudio.Gpu.Imaging;
using WebStudio.Gpu.Latents;
using WebStudio.Gpu.Personalization;
using WebStudio.Gpu.StyleGan;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Applications;

/// <summary>
/// Sliders over one starting code (method section 6, semantic editing without tuning): coordinates along attribute directions and free components are set, everything else of the code stays. Renders
/// one picture a call and keeps nothing of it. The model stays the caller's; belongs to the device's thread.
/// </summary>
public sealed class EditSession : IDisposable
{
    private readonly PersonalizedModel _model;
    private readonly SynthesisNetwork? _tuned;
    private readonly Tensor _axes, _start;                        // [M + K, w_dim], [w_dim]
    private readonly double[] _coordinates;

    private EditSession(PersonalizedModel model, FreeComponents free, Tensor start, RgbImage? original = null, SynthesisNetwork? tuned = null)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        (_model, Free, Original, _tuned) = (model, free, original, tuned);
        _axes = cat([model.Directions, free.Directions]).DetachFromDisposeScope();
        _start = start.clone().DetachFromDisposeScope();
        _coordinates = _axes.matmul(_start - model.Mean).to(ScalarType.Float64).cpu().data<double>().ToArray();
    }

    /// <summary>The photo's face as it was cut out; null for portraits that never were a photo.</summary>
    public RgbImage? Original { get; }

    /// <summary>Components beside the attributes.</summary>
    public FreeComponents Free { get; }

    /// <summary>Coordinates of the starting code: M attributes, then K free components.</summary>
    public IReadOnlyList<double> Start => _coordinates;

    /// <summary>Starts from a photo of the album.</summary>
    /// <param name="model">The model.</param>
    /// <param name="photo">Index of the photo.</param>
    /// <param name="freeComponents">Free components wanted.</param>
    /// <exception cref="InvalidInputException">There is no such photo.</exception>
    public static EditSession FromPhoto(PersonalizedModel model, int photo, int freeComponents)
    {
        if (photo < 0 || photo >= model.Anchors.shape[0])
            throw new InvalidInputException($"The model was trained on {model.Anchors.shape[0]} photos; there is no photo {photo + 1}.");
        using var scope = NewDisposeScope();
        return new(model, FreeComponents.Of(model.Anchors, model.Directions, freeComponents), model.Anchors[photo], model.Album[photo]);
    }

    /// <summary>Starts from a new portrait inside the hull (method section 6, controlled synthesis).</summary>
    /// <param name="model">The model.</param>
    /// <param name="seed">Equal seeds give equal portraits.</param>
    /// <param name="freeComponents">Free components wanted.</param>
    public static EditSession FromSeed(PersonalizedModel model, int seed, int freeComponents)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var sample = new ControlledSynthesis(model.Hull, model.Directions).Sample(new() { Count = 1, Seed = seed });
        return new(model, FreeComponents.Of(model.Anchors, model.Directions, freeComponents), sample.Codes[0]);
    }

    /// <summary>Starts from a code, as that of a kept portrait.</summary>
    /// <param name="model">The model.</param>
    /// <param name="code">[w_dim]; copied.</param>
    /// <param name="freeComponents">Free components wanted.</param>
    public static EditSession FromCode(PersonalizedModel model, Tensor code, int freeComponents) =>
        new(model, FreeComponents.Of(model.Anchors, model.Directions, freeComponents), code);

    /// <summary>Starts from a photo that was opened for editing: its own tuned copy of the generator renders.</summary>
    /// <param name="model">The model.</param>
    /// <param name="photo">Of this model, with a pivot in W; from now on the session's, which disposes it.</param>
    /// <param name="original">The face as it was cut out.</param>
    /// <param name="freeComponents">Free components wanted.</param>
    public static EditSession FromPhoto(PersonalizedModel model, EditablePhoto photo, RgbImage original, int freeComponents)
    {
        using var scope = NewDisposeScope();
        var session = new EditSession(model, FreeComponents.Of(model.Anchors, model.Directions, freeComponents), photo.Pivot[0], original, photo.Network);
        photo.Pivot.Dispose(); // the session has its own copy
        return session;
    }

    /// <summary>The picture with some coordinates set.</summary>
    /// <param name="coordinates">M + K coordinates; NaN leaves one as it is in the starting code.</param>
    /// <param name="size">Largest side wanted in pixels; the generator's picture of the next smaller block that is at least this large, or its full size. Null: full size.</param>
    public RgbImage Render(IReadOnlyList<double> coordinates, int? size = null)
    {
        if (coordinates.Count != _coordinates.Length)
            throw new ArgumentException($"Expected {_coordinates.Length} coordinates, got {coordinates.Count}.");
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var change = coordinates.Select((c, i) => double.IsNaN(c) ? 0f : (float)(c - _coordinates[i])).ToArray();
        var code = _start + tensor(change, device: _start.device).matmul(_axes);
        return RgbImage.FromTensor((_tuned ?? _model.Generator.Synthesis).Forward(code.unsqueeze(0), stopAtResolution: Stop(size))[0]);
    }

    /// <summary>Distance of the code with these coordinates to the dilated hull, relative to the gallery's own spread: 0 inside, far outside pictures lose the person.</summary>
    public double Outside(IReadOnlyList<double> coordinates)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var change = coordinates.Select((c, i) => double.IsNaN(c) ? 0f : (float)(c - _coordinates[i])).ToArray();
        var code = _start + tensor(change, device: _start.device).matmul(_axes);
        var spread = (_model.Anchors - _model.Mean).norm(dim: 1).mean().item<float>();
        return _model.Hull.Project(code.unsqueeze(0)).Distances[0] / spread;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Free.Dispose();
        _tuned?.Dispose();
        _axes.Dispose();
        _start.Dispose();
    }

    private int? Stop(int? size)
    {
        var full = _model.Generator.Config.ImgResolution;
        if (size is not { } wanted || wanted >= full)
            return null;
        var stop = 8;
        while (stop < wanted)
            stop *= 2;
        return stop < full ? stop : null;
    }
}
