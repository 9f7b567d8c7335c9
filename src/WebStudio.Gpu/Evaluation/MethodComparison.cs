using WebStudio.Gpu.Imaging;
using WebStudio.Gpu.Peers;
using WebStudio.Gpu.Perceptual;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace WebStudio.Gpu.Evaluation;

/// <summary>One picture of a comparison.</summary>
/// <param name="Picture">The picture.</param>
/// <param name="Values">Every measured attribute in its unit; NaN where no face can be measured.</param>
/// <param name="Identity">Cosine similarity of the face to the photo, −1 to 1.</param>
public sealed record ComparedPicture(RgbImage Picture, IReadOnlyDictionary<string, double> Values, double Identity);

/// <summary>One method's pictures of one photo.</summary>
/// <param name="Method">The method.</param>
/// <param name="Unedited">As the method shows the photo.</param>
/// <param name="Edited">One for every wanted value; null where the method has no direction for the attribute.</param>
public sealed record ComparedMethod(string Method, ComparedPicture Unedited, IReadOnlyList<ComparedPicture?> Edited);

/// <summary>The same photo, the same change, by every method: each moves until the attribute measures as wanted, and what else that changed is measured.</summary>
/// <param name="measure">[B, 3, R, R] in [-1, 1] to [B, P] attribute values; NaN where no face can be measured.</param>
/// <param name="names">P names.</param>
/// <param name="identity">Face embeddings.</param>
public sealed class MethodComparison(Func<Tensor, Tensor> measure, IReadOnlyList<string> names, FaceFeatureDistance identity)
{
    // Amounts tried on each side, in shares of the greatest; between the two nearest the answer is interpolated and looked at again.
    private const int Probes = 5, Refinements = 2;
    private const double Far = 3;

    /// <summary>Called between batches of pictures.</summary>
    public Action? SliceDone { get; init; }

    /// <summary>One method on one photo.</summary>
    /// <param name="method">With the network tuned on the photo; its codes tell how far is far.</param>
    /// <param name="pivot">The photo's code in it, [1, w_dim].</param>
    /// <param name="photo">The aligned photo, [1, 3, R, R] in [-1, 1].</param>
    /// <param name="wanted">Attributes and the values they shall have, in their units.</param>
    public ComparedMethod Of(EditingMethod method, Tensor pivot, Tensor photo, IReadOnlyList<(string Attribute, double Value)> wanted)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var face = identity.Embed(photo);
        ComparedPicture Look(Tensor picture)
        {
            var values = measure(picture).to(ScalarType.Float64).cpu().contiguous().data<double>().ToArray();
            return new(RgbImage.FromTensor(picture[0]), names.Select((name, p) => (name, values[p])).ToDictionary(v => v.name, v => v.Item2), F.cosine_similarity(identity.Embed(picture), face, 1, 1e-8).item<float>());
        }
        var unedited = Look(method.Network.Forward(pivot).clamp(-1, 1));
        var edited = new List<ComparedPicture?>();
        foreach (var (attribute, value) in wanted)
        {
            if (!method.Directions.TryGetValue(attribute, out var direction))
            {
                edited.Add(null);
                continue;
            }
            using var part = NewDisposeScope();
            var most = Far * (method.Codes - method.Codes.mean([0])).norm(dim: 1).mean().item<float>() / Math.Max(1e-9, direction.Vector.norm().item<float>());
            edited.Add(Look(method.Network.Forward(method.Move(pivot, attribute, [Amount(method, pivot, attribute, names.ToList().IndexOf(attribute), value, most)])).clamp(-1, 1)));
            SliceDone?.Invoke();
        }
        return new(method.Name, unedited, edited);
    }

    /// <summary>The amount whose picture measures nearest to the wanted value.</summary>
    private double Amount(EditingMethod method, Tensor pivot, string attribute, int own, double value, double most)
    {
        List<(double Amount, double Measured)> Measured(IReadOnlyList<double> amounts)
        {
            using var scope = NewDisposeScope();
            var codes = pivot.repeat(amounts.Count, 1);
            var values = measure(method.Network.Forward(method.Move(codes, attribute, amounts)).clamp(-1, 1)).select(1, own).to(ScalarType.Float64).cpu().contiguous().data<double>().ToArray();
            SliceDone?.Invoke();
            return [.. amounts.Zip(values).Where(v => double.IsFinite(v.Second)).Select(v => (v.First, v.Second))];
        }
        // Finer near the photo itself, where most changes lie.
        var tried = Measured([.. Enumerable.Range(-Probes, 2 * Probes + 1).Select(i => most * Math.Sign(i) * Math.Pow(i / (double)Probes, 2))]);
        for (var i = 0; i < Refinements && tried.Count > 1; i++)
        {
            // The pair around the wanted value that lies nearest to the photo.
            var along = tried.OrderBy(t => t.Amount).ToList();
            var pair = Enumerable.Range(0, along.Count - 1).Where(k => (along[k].Measured - value) * (along[k + 1].Measured - value) <= 0)
                .OrderBy(k => Math.Abs(along[k].Amount) + Math.Abs(along[k + 1].Amount)).Select(k => (int?)k).FirstOrDefault();
            if (pair is not { } at || along[at].Measured == along[at + 1].Measured)
                break;
            var share = (value - along[at].Measured) / (along[at + 1].Measured - along[at].Measured);
            tried.AddRange(Measured([along[at].Amount + share * (along[at + 1].Amount - along[at].Amount)]));
        }
        if (tried.Count == 0)
            return 0;
        // Of amounts that come as near as each other, within a fiftieth of the change asked for, the one that moves least.
        var grain = Math.Max(1e-9, 0.02 * Math.Abs(value - tried.MinBy(t => Math.Abs(t.Amount)).Measured));
        return tried.MinBy(t => (Math.Round(Math.Abs(t.Measured - value) / grain), Math.Abs(t.Amount))).Amount;
    }
}
