using WebStudio.Gpu.Checkpoints;
using WebStudio.Gpu.Latents;
using WebStudio.Gpu.Personalization;
using WebStudio.Gpu.StyleGan;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Applications;

/// <summary>A photo ready to be edited: its code and the copy of the generator that was tuned on it. Owns both; the model stays the caller's.</summary>
public sealed class EditablePhoto : IDisposable
{
    private const string PivotName = "pivot", ChangePrefix = "change.";

    private readonly PersonalizedModel _model;

    internal EditablePhoto(PersonalizedModel model, SynthesisNetwork network, Tensor pivot)
    {
        (_model, Network) = (model, network);
        Pivot = pivot.DetachFromDisposeScope();
    }

    /// <summary>The tuned copy.</summary>
    public SynthesisNetwork Network { get; }

    /// <summary>w*, [1, w_dim] or [1, num_ws, w_dim].</summary>
    public Tensor Pivot { get; }

    /// <summary>The photo's own coordinate of attribute m.</summary>
    public double Coordinate(int m)
    {
        using var scope = NewDisposeScope();
        var w = Pivot.dim() == 3 ? Pivot.mean([1]) : Pivot;
        return (w - _model.Mean).matmul(_model.Directions[m]).item<float>();
    }

    /// <summary>The edited picture.</summary>
    /// <param name="targets">Coordinates to set, an attribute at most once; none gives the reconstruction.</param>
    /// <param name="stopAtResolution">Preview size; null for full size.</param>
    /// <returns>[1, 3, R, R], about [-1, 1].</returns>
    public Tensor Render(IReadOnlyList<CoordinateTarget> targets, int? stopAtResolution = null)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var codes = Pivot.dim() == 3
            ? AttributeEdit.SetAllLayers(Pivot, _model.Mean, _model.Directions, targets)
            : AttributeEdit.Set(Pivot, _model.Mean, _model.Directions, targets);
        return Network.Forward(codes, stopAtResolution: stopAtResolution).MoveToOuterDisposeScope();
    }

    /// <summary>Pictures along one attribute's slider, evenly spaced in its unit from end to end.</summary>
    /// <param name="m">Attribute.</param>
    /// <param name="steps">Number of pictures, at least 2.</param>
    /// <returns>[steps, 3, R, R] and the values.</returns>
    public (Tensor Images, IReadOnlyList<double> Values) Strip(int m, int steps)
    {
        using var scope = NewDisposeScope();
        var attribute = _model.Description.Attributes[m];
        var (low, high) = attribute.Range;
        var values = Enumerable.Range(0, steps).Select(i => low + (high - low) * i / (steps - 1.0)).ToArray();
        var images = cat([.. values.Select(v => Render([new(m, attribute.Calibration.ToCoordinate(v))]))]);
        return (images.MoveToOuterDisposeScope(), values);
    }

    /// <summary>
    /// Writes the pivot and what tuning changed: the copy as a difference to the model's generator, in half precision, so that a kept photo takes half of what the generator takes and nothing else of the model.
    /// </summary>
    /// <param name="path">A safetensors file; whole or not there.</param>
    /// <exception cref="InvalidInputException">The file cannot be written.</exception>
    public void Save(string path)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var tensors = new Dictionary<string, Tensor> { [PivotName] = Pivot };
        foreach (var (name, tuned) in Network.Parameters)
            tensors[ChangePrefix + name] = (tuned - _model.Generator.Synthesis.Parameters[name]).to(ScalarType.Float16);
        SafetensorsFile.Write(path, tensors);
    }

    /// <summary>Opens what <see cref="Save"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <param name="model">The model it was made with; stays the caller's.</param>
    /// <exception cref="InvalidInputException">The file is missing or damaged, or belongs to a generator of another shape.</exception>
    public static EditablePhoto Load(string path, PersonalizedModel model)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var tensors = SafetensorsFile.Read(path).Tensors;
        Tensor Take(string name, params long[] shape) => tensors.TryGetValue(name, out var tensor) && tensor.shape.SequenceEqual(shape)
            ? tensor.to(ScalarType.Float32, model.Anchors.device)
            : throw new InvalidInputException($"{path} does not hold '{name}' as [{string.Join(", ", shape)}]: it was made with another model.");
        var pivot = Take(PivotName, 1, model.Anchors.shape[1]).clone();
        var network = model.Generator.Synthesis.Clone();
        try
        {
            foreach (var (name, parameter) in network.Parameters)
                parameter.add_(Take(ChangePrefix + name, parameter.shape));
            network.Freeze();
            return new EditablePhoto(model, network, pivot);
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Network.Dispose();
        Pivot.Dispose();
    }
}
