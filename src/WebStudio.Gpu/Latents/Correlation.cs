namespace WebStudio.Gpu.Latents;

/// <summary>Correlation coefficients of paired samples; pairs with a NaN are left out. 0 where one side does not vary or fewer than two pairs remain.</summary>
public static class Correlation
{
    /// <summary>Pearson's product-moment coefficient, −1 to 1.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double Pearson(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        var (a, b) = KnownPairs(x, y);
        return OfKnown(a, b);
    }

    /// <summary>Spearman's rank coefficient, −1 to 1: Pearson's of the ranks, tied values sharing their mean rank.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double Spearman(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        var (a, b) = KnownPairs(x, y);
        return OfKnown(Ranks(a), Ranks(b));
    }

    private static (double[], double[]) KnownPairs(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        if (x.Length != y.Length)
            throw new ArgumentException($"{x.Length} values paired with {y.Length}.");
        List<double> a = new(x.Length), b = new(x.Length);
        for (var i = 0; i < x.Length; i++)
            if (!double.IsNaN(x[i]) && !double.IsNaN(y[i]))
            {
                a.Add(x[i]);
                b.Add(y[i]);
            }
        return ([.. a], [.. b]);
    }

    private static double OfKnown(double[] x, double[] y)
    {
        if (x.Length < 2)
            return 0;
        double meanX = x.Average(), meanY = y.Average(), xy = 0, xx = 0, yy = 0;
        for (var i = 0; i < x.Length; i++)
        {
            var (dx, dy) = (x[i] - meanX, y[i] - meanY);
            xy += dx * dy;
            xx += dx * dx;
            yy += dy * dy;
        }
        return xx > 0 && yy > 0 ? Math.Clamp(xy / Math.Sqrt(xx * yy), -1, 1) : 0;
    }

    private static double[] Ranks(double[] values)
    {
        var order = Enumerable.Range(0, values.Length).OrderBy(i => values[i]).ToArray();
        var ranks = new double[values.Length];
        for (var start = 0; start < order.Length;)
        {
            var end = start + 1;
            while (end < order.Length && values[order[end]] == values[order[start]])
                end++;
            for (var i = start; i < end; i++)
                ranks[order[i]] = (start + end - 1) / 2.0;
            start = end;
        }
        return ranks;
    }
}
