using static TorchSharp.torch;

namespace WebStudio.Gpu.Latents;

/// <summary>
/// min ½‖α·W − w‖² over α_n ≥ −β, Σα = 1, exact up to rounding. With α = −β + s·λ, s = 1 + Nβ, λ in the unit simplex, the dilated hull is the convex hull of
/// the N points s·w_n − β·Σ_k w_k; the nearest of its points to w is found by Wolfe's active-set method (Math. Programming 11, 1976), which ends after finitely many steps.
/// </summary>
/// <param name="anchors">W, float64 [N, D] on the CPU; stays the caller's and must outlive this object.</param>
/// <param name="beta">β ≥ 0; null: Σα = 1 is the only bound, a least-squares problem.</param>
internal sealed class HullProjection(Tensor anchors, double? beta)
{
    private const double Rounding = 1e-13;

    private readonly int _count = (int)anchors.shape[0];

    /// <summary>The weights of the nearest point.</summary>
    /// <param name="code">w, float64 [D].</param>
    /// <returns>α, float64 [N].</returns>
    public Tensor Weights(Tensor code)
    {
        using var scope = NewDisposeScope();
        if (beta is not { } bound)
            return AffineWeights(code).MoveToOuterDisposeScope();
        var scale = 1 + _count * bound;
        var corners = scale * anchors - bound * anchors.sum(0, keepdim: true) - code; // [N, D], relative to w
        var weights = NearestToOrigin(corners);
        return tensor(weights.Select(l => scale * l - bound).ToArray()).MoveToOuterDisposeScope();
    }

    private Tensor AffineWeights(Tensor code)
    {
        // Around the mean the constraint is Σα = 0; the smallest of all solutions meets it by itself up to rounding.
        var mean = anchors.mean([0]);
        var solution = linalg.pinv((anchors - mean).t(), 1e-10).matmul(code - mean);
        return solution - solution.mean() + 1.0 / _count;
    }

    /// <summary>λ of the point of the convex hull of the rows that lies nearest to the origin.</summary>
    private double[] NearestToOrigin(Tensor corners)
    {
        var gram = corners.matmul(corners.t()).data<double>().ToArray();
        var longest = Math.Sqrt(Enumerable.Range(0, _count).Max(i => gram[i * _count + i]));
        if (Interior(gram, longest * longest) is { } interior)
            return interior;
        var start = Enumerable.Range(0, _count).MinBy(i => gram[i * _count + i]);
        var corral = new Corral(gram, _count, longest * longest);
        corral.TryAdd(start);
        var weights = new double[_count];
        weights[start] = 1;
        var best = double.PositiveInfinity;
        while (true)
        {
            using var scope = NewDisposeScope();
            // From the corners themselves, not from the Gram matrix: its cancellation near the origin would halve the digits.
            var point = tensor(weights).matmul(corners);
            var heights = corners.matmul(point).data<double>().ToArray();
            var square = point.dot(point).item<double>();
            var length = Math.Sqrt(square);
            var lowest = Enumerable.Range(0, _count).MinBy(i => heights[i]);
            var optimal = length <= Rounding * longest || heights[lowest] >= square - Rounding * longest * length;
            if (optimal || square >= best || !corral.TryAdd(lowest))
                return weights;
            best = square;
            Descend(corral, weights);
        }
    }

    /// <summary>The answer at one stroke where no bound holds, as for most codes in use: the nearest point of the whole affine hull, if its weights are positive.</summary>
    private double[]? Interior(double[] gram, double offset)
    {
        if (_count > anchors.shape[1] + 1)
            return null;
        var all = new Corral(gram, _count, offset);
        for (var i = 0; i < _count; i++)
            if (!all.TryAdd(i))
                return null;
        var weights = all.AffineMinimiser();
        return weights.All(w => w > 0) ? weights : null;
    }

    /// <summary>Goes to the nearest point of the corral's affine hull, dropping corners whose weight would become negative on the way.</summary>
    private static void Descend(Corral corral, double[] weights)
    {
        while (true)
        {
            var wanted = corral.AffineMinimiser();
            var step = 1.0;
            for (var i = 0; i < wanted.Length; i++)
                if (wanted[i] <= 0)
                    step = Math.Min(step, weights[corral.Members[i]] / (weights[corral.Members[i]] - wanted[i]));
            var emptied = new List<int>();
            for (var i = 0; i < wanted.Length; i++)
            {
                ref var weight = ref weights[corral.Members[i]];
                var blocking = wanted[i] <= 0 && weight / (weight - wanted[i]) <= step;
                weight = blocking ? 0 : Math.Max(0, weight + step * (wanted[i] - weight));
                if (blocking)
                    emptied.Add(corral.Members[i]);
            }
            if (emptied.Count == 0)
                return;
            corral.Remove(emptied);
        }
    }

    /// <summary>
    /// An affinely independent set of corners with the Cholesky factor of G + c·eeᵀ, G their Gram matrix: adding a corner costs k², dropping some k³/3.
    /// </summary>
    private sealed class Corral(double[] gram, int count, double offset)
    {
        private readonly double[] _factor = new double[count * count]; // lower triangle, row-major

        public List<int> Members { get; } = [];

        /// <summary>False where the corner lies, up to rounding, in the corral's affine hull (or in the corral).</summary>
        public bool TryAdd(int corner)
        {
            if (Members.Contains(corner))
                return false;
            var k = Members.Count;
            var row = _factor.AsSpan(k * count, count);
            var diagonal = Entry(corner, corner);
            var pivot = diagonal;
            for (var i = 0; i < k; i++)
            {
                row[i] = (Entry(corner, Members[i]) - Dot(row, _factor.AsSpan(i * count, i))) / _factor[i * count + i];
                pivot -= row[i] * row[i];
            }
            if (pivot <= 1e-14 * diagonal)
                return false;
            row[k] = Math.Sqrt(pivot);
            Members.Add(corner);
            return true;
        }

        public void Remove(List<int> corners)
        {
            var kept = Members.Except(corners).ToArray();
            Members.Clear();
            foreach (var corner in kept)
                TryAdd(corner);
        }

        /// <summary>Weights, summing to 1 and of either sign, of the point of the affine hull nearest to the origin: (G + c·eeᵀ)⁻¹e, scaled.</summary>
        public double[] AffineMinimiser()
        {
            var k = Members.Count;
            var x = new double[k];
            for (var i = 0; i < k; i++)
                x[i] = (1 - Dot(x, _factor.AsSpan(i * count, i))) / _factor[i * count + i];
            for (var i = k - 1; i >= 0; i--)
            {
                x[i] /= _factor[i * count + i];
                for (var j = 0; j < i; j++)
                    x[j] -= x[i] * _factor[i * count + j];
            }
            var sum = x.Sum();
            return [.. x.Select(v => v / sum)];
        }

        private double Entry(int i, int j) => gram[i * count + j] + offset;

        private static double Dot(ReadOnlySpan<double> longer, ReadOnlySpan<double> shorter)
        {
            var sum = 0.0;
            for (var i = 0; i < shorter.Length; i++)
                sum += longer[i] * shorter[i];
            return sum;
        }
    }
}
