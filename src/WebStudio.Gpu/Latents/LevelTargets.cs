namespace WebStudio.Gpu.Latents;

/// <summary>Where the ordering term wants the anchors of a level (method section 4, "ordered levels").</summary>
public enum LevelOrder
{
    /// <summary>At the isotonic fit of the level means along d_m: the least movement that puts levels in order.</summary>
    Isotonic,

    /// <summary>On the least-squares line of coordinate over attribute value: in order and evenly spaced, so that the slider is linear in the attribute.</summary>
    Linear,
}

/// <summary>Targets that put the levels of one attribute in order along its direction; a level held by one photo has a place too.</summary>
public static class LevelTargets
{
    /// <summary>The target of every anchor: the fitted place of its level; for categories and photos without a value the coordinate itself.</summary>
    /// <param name="coordinates">w_n·d_m, N of them, growing with the attribute.</param>
    /// <param name="levels">The attribute over the same photos.</param>
    /// <param name="order">Kind of fit to the level means, each weighted by its number of photos.</param>
    /// <param name="leastDeviation">Targets that lie closer together than this standard deviation are spread about their mean; 0 for no guard.</param>
    public static double[] Of(ReadOnlySpan<double> coordinates, AttributeLevels levels, LevelOrder order, double leastDeviation = 0)
    {
        var targets = coordinates.ToArray();
        if (!levels.Ordered)
            return targets;
        var means = levels.LevelMeans(coordinates);
        var weights = levels.Counts.Select(c => (double)c).ToArray();
        var fit = order == LevelOrder.Isotonic ? IsotonicRegression.Fit(means, weights) : Line(levels.LevelValues, means, weights);
        fit = Spread(fit, levels.LevelValues, weights, leastDeviation);
        for (var n = 0; n < targets.Length; n++)
            if (levels.LevelOf[n] != AttributeLevels.Unknown)
                targets[n] = fit[levels.LevelOf[n]];
        return targets;
    }

    /// <summary>The weighted least-squares line of means over values, taken at the values; never falling.</summary>
    private static double[] Line(IReadOnlyList<double> values, double[] means, double[] weights)
    {
        var (value, mean) = (Mean(values, weights), Mean(means, weights));
        double along = 0, square = 0;
        for (var l = 0; l < means.Length; l++)
        {
            along += weights[l] * (values[l] - value) * (means[l] - mean);
            square += weights[l] * (values[l] - value) * (values[l] - value);
        }
        var slope = square > 0 ? Math.Max(0, along / square) : 0;
        return [.. values.Select(v => mean + slope * (v - value))];
    }

    private static double[] Spread(double[] fit, IReadOnlyList<double> values, double[] weights, double least)
    {
        var mean = Mean(fit, weights);
        var deviation = StandardDeviation(fit, weights);
        if (deviation >= least)
            return fit;
        // A fit that is flat has no shape to widen: it takes the attribute's own spacing.
        IReadOnlyList<double> shape = deviation < 1e-3 * least ? values : fit;
        var (centre, width) = (Mean(shape, weights), StandardDeviation(shape, weights));
        return width > 0 ? [.. shape.Select(s => mean + (s - centre) * least / width)] : fit;
    }

    private static double Mean(IReadOnlyList<double> values, double[] weights) => values.Select((v, l) => v * weights[l]).Sum() / weights.Sum();

    private static double StandardDeviation(IReadOnlyList<double> values, double[] weights)
    {
        var mean = Mean(values, weights);
        return Math.Sqrt(values.Select((v, l) => weights[l] * (v - mean) * (v - mean)).Sum() / weights.Sum());
    }
}
