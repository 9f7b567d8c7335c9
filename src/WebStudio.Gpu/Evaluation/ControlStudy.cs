using WebStudio.Gpu.Applications;
using WebStudio.Gpu.Latents;
using WebStudio.Gpu.Personalization;
using WebStudio.Gpu.StyleGan;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Evaluation;

/// <summary>New portraits at targets of one attribute, measured.</summary>
public sealed record ControlCurve
{
    /// <summary>The attribute.</summary>
    public required string Attribute { get; init; }

    /// <summary>Its unit.</summary>
    public required string Unit { get; init; }

    /// <summary>Targets over the hypercube, in the attribute's unit.</summary>
    public required IReadOnlyList<double> Targets { get; init; }

    /// <summary>Mean measured at each target.</summary>
    public required IReadOnlyList<double> Means { get; init; }

    /// <summary>Standard deviation measured at each target.</summary>
    public required IReadOnlyList<double> Deviations { get; init; }

    /// <summary>Standard deviation over MyStyle's random portraits; NaN where there is no such peer.</summary>
    public required double RandomDeviation { get; init; }

    /// <summary>Portraits in all.</summary>
    public required int Samples { get; init; }

    /// <summary>True when every mean is above the one before.</summary>
    public bool IsMonotone => Enumerable.Range(1, Means.Count - 1).All(i => Means[i] > Means[i - 1]);

    /// <summary>Mean deviation at a target over that of random portraits: 1 would be no control, the paper's aim is below a half.</summary>
    public double DeviationRatio => Deviations.Average() / RandomDeviation;
}

/// <summary>Controlled synthesis measured on pictures (method section 7): targets over the hypercube, everything else random.</summary>
/// <param name="measure">[B, 3, R, R] in [-1, 1] to [B, P] attribute values; NaN where no face can be measured.</param>
/// <param name="names">P names.</param>
public sealed class ControlStudy(Func<Tensor, Tensor> measure, IReadOnlyList<string> names)
{
    private const int Batch = 8;

    /// <summary>Called between batches of pictures.</summary>
    public Action? SliceDone { get; init; }

    /// <summary>Curves of every measured attribute that the model controls.</summary>
    /// <param name="model">The model.</param>
    /// <param name="myStyle">The same album personalised without control; null where there is none.</param>
    /// <param name="samples">Portraits of each attribute.</param>
    /// <param name="targets">Targets of each attribute.</param>
    /// <param name="seed">Equal seeds give equal portraits.</param>
    public IReadOnlyList<ControlCurve> Of(PersonalizedModel model, PersonalizedModel? myStyle, int samples = 200, int targets = 5, int seed = 1)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var random = myStyle is null ? null : Random(myStyle, samples, seed);
        var curves = new List<ControlCurve>();
        foreach (var (attribute, m) in model.Description.Attributes.Select((a, m) => (a, m)).Where(a => names.Contains(a.a.Name)))
        {
            var p = names.ToList().IndexOf(attribute.Name);
            var (wanted, means, deviations) = (new List<double>(), new List<double>(), new List<double>());
            for (var t = 0; t < targets; t++)
            {
                var coordinate = attribute.Minimum + (attribute.Maximum - attribute.Minimum) * t / (targets - 1.0);
                using var codes = new ControlledSynthesis(model.Hull, model.Directions).Sample(new() { Count = samples / targets, Targets = [new CoordinateTarget(m, coordinate)], Seed = seed });
                var measured = Known(Measure(model.Generator.Synthesis, codes.Codes), p);
                wanted.Add(attribute.Calibration.ToValue(coordinate));
                means.Add(measured.DefaultIfEmpty(double.NaN).Average());
                deviations.Add(Deviation(measured));
            }
            curves.Add(new()
            {
                Attribute = attribute.Name,
                Unit = attribute.Unit,
                Targets = wanted,
                Means = means,
                Deviations = deviations,
                RandomDeviation = random is null ? double.NaN : Deviation(Known(random, p)),
                Samples = samples / targets * targets,
            });
        }
        return curves;
    }

    private List<double[]> Random(PersonalizedModel model, int samples, int seed)
    {
        var weights = model.Hull.Sample(samples, new Random(seed));
        return Measure(model.Generator.Synthesis, model.Hull.Codes(weights));
    }

    private List<double[]> Measure(SynthesisNetwork network, Tensor codes)
    {
        var rows = new List<double[]>();
        for (long from = 0; from < codes.shape[0]; from += Batch)
        {
            using var part = NewDisposeScope();
            var pictures = network.Forward(codes.narrow(0, from, Math.Min(Batch, codes.shape[0] - from))).clamp(-1, 1);
            var values = measure(pictures).to(ScalarType.Float64).cpu().contiguous().data<double>().ToArray();
            rows.AddRange(Enumerable.Range(0, (int)pictures.shape[0]).Select(i => values[(i * names.Count)..((i + 1) * names.Count)]));
            SliceDone?.Invoke();
        }
        return rows;
    }

    private static double[] Known(List<double[]> rows, int p) => [.. rows.Select(r => r[p]).Where(double.IsFinite)];

    private static double Deviation(double[] values) => values.Length == 0 ? double.NaN : Math.Sqrt(values.Average(v => Math.Pow(v - values.Average(), 2)));
}
