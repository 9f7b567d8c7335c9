using static TorchSharp.torch;

namespace WebStudio.Gpu.Latents;

/// <summary>When an edit counts as outside the hull.</summary>
public enum HullTest
{
    /// <summary>Some α_n &lt; −β.</summary>
    BelowBound,

    /// <summary>|min α| &gt; β, as the published code has it: codes deep inside, where every weight exceeds β, count as outside too.</summary>
    Published,
}

/// <summary>Edits in α-coordinates (MyStyle): codes (α + θ·γ)·W* for a row of magnitudes θ.</summary>
public static class HullEdit
{
    /// <summary>Magnitudes as MyStyle's edit command takes them: two halves from −magnitude to 0 and from 0 to magnitude, 0 once. 11 asked for give 9.</summary>
    /// <param name="magnitude">Greatest |θ|.</param>
    /// <param name="count">Number asked for; ⌊count / 2⌋ in each half.</param>
    public static double[] Magnitudes(double magnitude, int count)
    {
        var half = count / 2;
        var positive = Enumerable.Range(0, half).Select(i => half == 1 ? 0 : magnitude * i / (half - 1)).ToArray();
        return [.. positive.Reverse().Select(t => -t), .. positive.Skip(1)];
    }

    /// <summary>Edited codes.</summary>
    /// <param name="hull">Anchors and β.</param>
    /// <param name="weights">α of the photo, [num_ws, N] ([1, N] for a W code).</param>
    /// <param name="gamma">γ of the direction, [N] (<see cref="AnchorSpan.Coordinates"/>).</param>
    /// <param name="magnitudes">θ, T of them.</param>
    /// <param name="policy">What to do with codes outside the hull.</param>
    /// <param name="test">Which codes are outside; asked of the smallest α over all layers.</param>
    /// <returns>The magnitudes kept and their codes [kept, num_ws, w_dim].</returns>
    public static (double[] Magnitudes, Tensor Codes) Along(DilatedHull hull, Tensor weights, Tensor gamma, IReadOnlyList<double> magnitudes, EdgePolicy policy, HullTest test = HullTest.BelowBound)
    {
        if (weights.dim() != 2 || gamma.dim() != 1 || weights.shape[1] != hull.Count || gamma.shape[0] != hull.Count)
            throw new ArgumentException($"Expected weights [num_ws, {hull.Count}] and gamma [{hull.Count}], got [{string.Join(", ", weights.shape)}] and [{string.Join(", ", gamma.shape)}].");
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var kept = new List<double>();
        var codes = new List<Tensor>();
        foreach (var theta in magnitudes)
        {
            var moved = weights + theta * gamma;
            var least = moved.min().to(ScalarType.Float64).item<double>();
            var outside = hull.Beta is { } beta && (test == HullTest.Published ? Math.Abs(least) > beta : least < -beta);
            if (outside && policy == EdgePolicy.Stop)
                continue;
            var code = hull.Codes(moved);
            codes.Add(outside && policy == EdgePolicy.Project ? hull.Project(code).Codes : code);
            kept.Add(theta);
        }
        var stacked = codes.Count > 0 ? stack(codes) : empty([0, weights.shape[0], hull.Anchors.shape[1]], dtype: weights.dtype, device: weights.device);
        return ([.. kept], stacked.MoveToOuterDisposeScope());
    }
}
