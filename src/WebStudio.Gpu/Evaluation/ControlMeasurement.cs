using WebStudio.Gpu.Latents;
using WebStudio.Gpu.Perceptual;
using WebStudio.Gpu.Personalization;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace WebStudio.Gpu.Evaluation;

/// <summary>
/// Measures on pictures what a model's sliders do (method section 7): rows of pictures along each slider, starting from anchors, measured with
/// attribute estimators.
/// </summary>
/// <param name="measure">[B, 3, R, R] in [-1, 1] to [B, P] attribute values in the order of <paramref name="names"/>; NaN where no face can be measured.</param>
/// <param name="names">Names of the P measured attributes.</param>
/// <param name="identity">Face embeddings.</param>
public sealed class ControlMeasurement(Func<Tensor, Tensor> measure, IReadOnlyList<string> names, FaceFeatureDistance identity)
{
    // A fall smaller than this share of the row's range is the estimator's noise.
    private const double Noise = 0.05;

    /// <summary>Figures of every measured attribute that the model controls.</summary>
    /// <param name="model">The model.</param>
    /// <param name="rows">Photos of the album to start from, spread evenly over it.</param>
    /// <param name="steps">Pictures in a row.</param>
    /// <param name="rendered">Receives each attribute's pictures, [rows · steps, 3, R, R], before they are disposed.</param>
    public IReadOnlyList<ControlFigures> Of(PersonalizedModel model, int rows = 20, int steps = 7, Action<string, Tensor>? rendered = null)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var count = Math.Min(rows, model.Album.Count);
        var photos = Enumerable.Range(0, count).Select(i => i * model.Album.Count / count).ToArray();
        var figures = new List<ControlFigures>();
        foreach (var (attribute, m) in model.Description.Attributes.Select((a, m) => (a, m)).Where(a => names.Contains(a.a.Name)))
            figures.Add(OfAttribute(model, attribute, m, photos, steps, rendered));
        return figures;
    }

    private ControlFigures OfAttribute(PersonalizedModel model, ModelAttribute attribute, int m, int[] photos, int steps, Action<string, Tensor>? rendered)
    {
        using var scope = NewDisposeScope();
        var (low, high) = attribute.Range;
        var targets = Enumerable.Range(0, steps).Select(i => low + (high - low) * i / (steps - 1.0)).ToArray();
        var images = new List<Tensor>();
        var identities = new double[steps];
        foreach (var n in photos)
        {
            using var row = NewDisposeScope();
            var codes = cat([.. targets.Select(t => AttributeEdit.Set(model.Anchors[n].unsqueeze(0), model.Mean, model.Directions, new CoordinateTarget(m, attribute.Calibration.ToCoordinate(t))))]);
            var pictures = model.Generator.Render(codes).clamp(-1, 1);
            var photo = identity.Embed(model.Album[n].ToTensor().unsqueeze(0));
            var similarity = F.cosine_similarity(identity.Embed(pictures), photo, 1, 1e-8).cpu().data<float>().ToArray();
            for (var s = 0; s < steps; s++)
                identities[s] += similarity[s] / photos.Length;
            images.Add(pictures.MoveToOuterDisposeScope());
        }
        var all = cat(images);
        rendered?.Invoke(attribute.Name, all);
        var values = Measure(all, photos.Length, steps);
        var own = names.ToList().IndexOf(attribute.Name);
        return new ControlFigures
        {
            Attribute = attribute.Name,
            Targets = targets,
            Means = [.. Enumerable.Range(0, steps).Select(s => values.Select(r => r[own][s]).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average())],
            Deviations = [.. Enumerable.Range(0, steps).Select(s => Deviation(values.Select(r => r[own][s])))],
            Covered = values.Average(r => Range(r[own])),
            MonotoneShare = values.Average(r => Monotone(r[own]) ? 1.0 : 0.0),
            RankCorrelation = Correlation.Spearman([.. values.SelectMany(_ => targets)], [.. values.SelectMany(r => r[own])]),
            Leakage = names.Where(n => n != attribute.Name).ToDictionary(n => n, n => Leak(model, n, values.Average(r => Range(r[names.ToList().IndexOf(n)])))),
            Identity = identities,
        };
    }

    /// <summary>[row][attribute][step].</summary>
    private double[][][] Measure(Tensor pictures, int rows, int steps)
    {
        var table = measure(pictures).to(ScalarType.Float64).cpu().contiguous().data<double>().ToArray();
        return [.. Enumerable.Range(0, rows).Select(r => Enumerable.Range(0, names.Count).Select(p =>
            Enumerable.Range(0, steps).Select(s => table[(r * steps + s) * names.Count + p]).ToArray()).ToArray())];
    }

    /// <summary>Change as a share of what the gallery spans: its 5th to 95th percentile.</summary>
    private static double Leak(PersonalizedModel model, string name, double change)
    {
        var known = model.Description.Photos.Select(p => p.Attributes.GetValueOrDefault(name, double.NaN)).Where(double.IsFinite).Order().ToArray();
        if (known.Length < 2)
            return double.NaN;
        var span = known[(int)(0.95 * (known.Length - 1))] - known[(int)(0.05 * (known.Length - 1))];
        return span > 0 ? change / span : double.NaN;
    }

    private static double Range(double[] row)
    {
        var known = row.Where(double.IsFinite).ToArray();
        return known.Length == 0 ? 0 : known.Max() - known.Min();
    }

    private static bool Monotone(double[] row)
    {
        var known = row.Where(double.IsFinite).ToArray();
        var slack = Noise * Range(known);
        var highest = double.NegativeInfinity;
        foreach (var value in known)
        {
            if (value < highest - slack)
                return false;
            highest = Math.Max(highest, value);
        }
        return known.Length > 1 && known[^1] > known[0];
    }

    private static double Deviation(IEnumerable<double> values)
    {
        var known = values.Where(double.IsFinite).ToArray();
        return known.Length == 0 ? double.NaN : Math.Sqrt(known.Average(v => Math.Pow(v - known.Average(), 2)));
    }
}
