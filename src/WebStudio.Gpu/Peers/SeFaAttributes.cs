using WebStudio.Gpu.StyleGan;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Peers;

/// <summary>
/// SeFa's directions have no names: an attribute gets the one whose movement changes it most beside what else it changes, measured on pictures of the photos, among directions of all layers and of each third of
/// them.
/// </summary>
/// <param name="measure">[B, 3, R, R] in [-1, 1] to [B, P]; NaN where a face could not be measured.</param>
/// <param name="names">P names.</param>
/// <param name="spreads">P standard deviations over the gallery: what changes are counted in.</param>
public sealed class SeFaAttributes(Func<Tensor, Tensor> measure, IReadOnlyList<string> names, IReadOnlyList<double> spreads)
{
    private const int PerGroup = 6, Photos = 6;

    /// <summary>The method on somebody's codes.</summary>
    /// <param name="network">Renders, and is factorised.</param>
    /// <param name="codes">[N, w_dim].</param>
    /// <param name="attributes">Those to find directions for.</param>
    /// <param name="sliceDone">Called between batches of pictures.</param>
    /// <param name="chosen">Layers to factorise and to move; null: all, or whichever third serves an attribute best.</param>
    public EditingMethod Find(SynthesisNetwork network, Tensor codes, IReadOnlyList<string> attributes, Action? sliceDone = null, IReadOnlyList<int>? chosen = null)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var layers = SeFa.Layers(network);
        IReadOnlyList<int>?[] groups = chosen is not null ? [chosen] : [null, [.. Enumerable.Range(0, layers / 3)], [.. Enumerable.Range(layers / 3, layers / 3)], [.. Enumerable.Range(2 * (layers / 3), layers - 2 * (layers / 3))]];
        var rows = tensor(Enumerable.Range(0, Photos).Select(i => (long)(i * codes.shape[0] / Photos)).ToArray(), device: codes.device);
        var start = codes.index_select(0, rows);
        var reach = (codes - codes.mean([0])).norm(dim: 1).mean().item<float>(); // what separates photos moves them visibly
        var best = new Dictionary<string, (double Score, EditingDirection Direction)>();
        foreach (var group in groups)
        {
            var (directions, _) = SeFa.Of(network, PerGroup, group);
            for (var k = 0; k < PerGroup; k++)
            {
                var direction = new EditingDirection(directions[k].to(codes.device), group);
                var probe = new EditingMethod("", network, codes, new Dictionary<string, EditingDirection> { [""] = direction });
                var change = Change(probe, start, reach);
                sliceDone?.Invoke();
                foreach (var attribute in attributes)
                {
                    var p = names.ToList().IndexOf(attribute);
                    if (p < 0 || !double.IsFinite(change[p]))
                        continue;
                    var others = Enumerable.Range(0, names.Count).Where(i => i != p && double.IsFinite(change[i])).Sum(i => Math.Abs(change[i]));
                    var score = Math.Abs(change[p]) / (0.5 + others);
                    if (!best.TryGetValue(attribute, out var known) || score > known.Score)
                        best[attribute] = (score, direction with { Vector = direction.Vector * Math.Sign(change[p]) });
                }
            }
        }
        return new(EditingMethod.Sefa, network, codes, best.ToDictionary(b => b.Key, b => b.Value.Direction with { Vector = b.Value.Direction.Vector.clone().DetachFromDisposeScope() }));
    }

    /// <summary>Mean change of every attribute from one side to the other, in gallery deviations.</summary>
    private double[] Change(EditingMethod probe, Tensor start, double reach)
    {
        using var scope = NewDisposeScope();
        Tensor At(double amount) => measure(probe.Network.Forward(probe.Move(start, "", [.. Enumerable.Repeat(amount, (int)start.shape[0])])).clamp(-1, 1)).to(ScalarType.Float64);
        var table = (At(reach / 2) - At(-reach / 2)).cpu().contiguous().data<double>().ToArray();
        return [.. Enumerable.Range(0, names.Count).Select(p => Enumerable.Range(0, (int)start.shape[0]).Select(i => table[i * names.Count + p]).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average() / spreads[p])];
    }
}
