using WebStudio.Gpu.Peers;
using WebStudio.Gpu.Perceptual;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace WebStudio.Gpu.Evaluation;

/// <summary>What one method changes when it is to change one attribute.</summary>
public sealed record LeakageFigures
{
    /// <summary>The method.</summary>
    public required string Method { get; init; }

    /// <summary>The attribute that was to change.</summary>
    public required string Attribute { get; init; }

    /// <summary>The change wanted from one end to the other, in the attribute's unit.</summary>
    public required double Wanted { get; init; }

    /// <summary>Mean over the photos of the change of every measured attribute from one end to the other, in standard deviations of the gallery.</summary>
    public required IReadOnlyDictionary<string, double> Change { get; init; }

    /// <summary>Sum of the other attributes' changes over the change of the attribute itself: 0 would be no leakage.</summary>
    public required double Leakage { get; init; }

    /// <summary>Mean cosine similarity of the face at both ends to the same photo unedited, −1 to 1.</summary>
    public required double Identity { get; init; }
}

/// <summary>
/// The leakage matrix (method section 7): an attribute is moved over the same measured change by every method, and the change of every attribute is measured on the pictures.
/// </summary>
/// <param name="measure">[B, 3, R, R] in [-1, 1] to [B, P] attribute values; NaN where no face can be measured.</param>
/// <param name="names">P names.</param>
/// <param name="spreads">P standard deviations over the gallery.</param>
/// <param name="identity">Face embeddings.</param>
public sealed class LeakageMeasurement(Func<Tensor, Tensor> measure, IReadOnlyList<string> names, IReadOnlyList<double> spreads, FaceFeatureDistance identity)
{
    private const int CalibrationRounds = 4, CalibrationPhotos = 8, Batch = 8;
    private const int ExampleSteps = 5;
    private const double Far = 3; // no further than this many times the photos' own distance from their mean

    /// <summary>Called between batches of pictures: room for other work on the device.</summary>
    public Action? SliceDone { get; init; }

    /// <summary>Receives five pictures of one photo along each change, [5, 3, R, R], before they are disposed.</summary>
    public Action<EditingMethod, string, Tensor>? Example { get; init; }

    /// <summary>Figures of one method and attribute; null where the method has no direction for it.</summary>
    /// <param name="method">The method.</param>
    /// <param name="attribute">What is to change.</param>
    /// <param name="wanted">The change from one end to the other, in the attribute's unit.</param>
    /// <param name="photos">Photos of the album to start from, spread evenly over it.</param>
    public LeakageFigures? Of(EditingMethod method, string attribute, double wanted, int photos = 20)
    {
        if (!method.Directions.ContainsKey(attribute))
            return null;
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var own = names.ToList().IndexOf(attribute);
        var amount = Amount(method, attribute, own, wanted, Math.Min(CalibrationPhotos, photos));
        var rows = Rows(method, photos);
        if (Example is not null)
            Example(method, attribute, method.Network.Forward(method.Move(rows.narrow(0, rows.shape[0] / 2, 1).repeat(ExampleSteps, 1), attribute, [.. Enumerable.Range(0, ExampleSteps).Select(s => amount * (s / (ExampleSteps - 1.0) - 0.5))])).clamp(-1, 1));
        var (low, high, similarity) = (new List<double[]>(), new List<double[]>(), 0.0);
        for (long from = 0; from < rows.shape[0]; from += Batch)
        {
            using var part = NewDisposeScope();
            var codes = rows.narrow(0, from, Math.Min(Batch, rows.shape[0] - from));
            var (left, right) = (Render(method, codes, attribute, -amount / 2), Render(method, codes, attribute, amount / 2));
            var still = identity.Embed(Render(method, codes, attribute, 0));
            low.AddRange(Table(left));
            high.AddRange(Table(right));
            similarity += (F.cosine_similarity(identity.Embed(left), still, 1, 1e-8) + F.cosine_similarity(identity.Embed(right), still, 1, 1e-8)).sum().item<float>() / 2;
            SliceDone?.Invoke();
        }
        // Change of each photo, without a sign: what grows in one photo and falls in another leaks too. An attribute's own change keeps its sign.
        double Change(int p) => low.Zip(high).Select(r => p == own ? r.Second[p] - r.First[p] : Math.Abs(r.Second[p] - r.First[p])).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average() / spreads[p];
        var change = names.Select((name, p) => (name, Change: Change(p))).Where(c => double.IsFinite(c.Change)).ToDictionary(c => c.name, c => c.Change);
        return new()
        {
            Method = method.Name,
            Attribute = attribute,
            Wanted = wanted,
            Change = change,
            Leakage = change.Where(c => c.Key != attribute).Sum(c => c.Value) / Math.Max(1e-6, change.GetValueOrDefault(attribute)),
            Identity = similarity / rows.shape[0],
        };
    }

    /// <summary>The amount from end to end whose measured change is the wanted one: secant steps on a few photos.</summary>
    /// <returns>In units of the direction.</returns>
    /// <param name="method">The method.</param>
    /// <param name="attribute">What is to change.</param>
    /// <param name="own">Its index among the measured attributes.</param>
    /// <param name="wanted">The change from one end to the other, in the attribute's unit.</param>
    /// <param name="photos">Photos it is measured on.</param>
    public double Amount(EditingMethod method, string attribute, int own, double wanted, int photos = CalibrationPhotos)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var rows = Rows(method, photos);
        var centred = method.Codes - method.Codes.mean([0]);
        var length = method.Directions[attribute].Vector.norm().item<float>();
        var most = 2 * Far * centred.norm(dim: 1).mean().item<float>() / Math.Max(1e-9, length);
        double Measured(double amount)
        {
            using var part = NewDisposeScope();
            var (low, high) = (Table(Render(method, rows, attribute, -amount / 2)), Table(Render(method, rows, attribute, amount / 2)));
            SliceDone?.Invoke();
            return low.Zip(high).Select(r => r.Second[own] - r.First[own]).Where(double.IsFinite).DefaultIfEmpty(0).Average();
        }
        var (amount, best, missed) = (most / 6, most / 6, double.PositiveInfinity);
        for (var round = 0; round < CalibrationRounds; round++)
        {
            var reached = Measured(amount);
            if (Math.Abs(reached - wanted) < missed)
                (best, missed) = (amount, Math.Abs(reached - wanted));
            var factor = reached > 0.05 * wanted ? Math.Clamp(wanted / reached, 0.4, 2.5) : 2.5;
            amount = Math.Min(most, amount * factor);
        }
        return best;
    }

    private static Tensor Rows(EditingMethod method, int photos)
    {
        var count = (int)Math.Min(photos, method.Codes.shape[0]);
        return method.Codes.index_select(0, tensor(Enumerable.Range(0, count).Select(i => i * method.Codes.shape[0] / count).ToArray(), device: method.Codes.device));
    }

    private static Tensor Render(EditingMethod method, Tensor codes, string attribute, double amount) =>
        method.Network.Forward(method.Move(codes, attribute, [.. Enumerable.Repeat(amount, (int)codes.shape[0])])).clamp(-1, 1);

    private List<double[]> Table(Tensor pictures)
    {
        var values = measure(pictures).to(ScalarType.Float64).cpu().contiguous().data<double>().ToArray();
        return [.. Enumerable.Range(0, (int)pictures.shape[0]).Select(i => values[(i * names.Count)..((i + 1) * names.Count)])];
    }
}
