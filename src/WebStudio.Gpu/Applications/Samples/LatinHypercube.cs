namespace WebStudio.Gpu.Applications.Samples;

/// <summary>Evenly spread plans of a few points in many dimensions: every dimension visits its evenly spaced values once, in an order of its own.</summary>
internal static class LatinHypercube
{
    /// <summary>The best of some random plans: the one in which no two dimensions go together.</summary>
    /// <param name="points">N, at least 3.</param>
    /// <param name="dimensions">D.</param>
    /// <param name="random">Orders the values.</param>
    /// <param name="draws">Plans compared.</param>
    /// <returns>[N][D], each column the N values evenly spaced from -1 to 1.</returns>
    public static double[][] Plan(int points, int dimensions, Random random, int draws = 300) =>
        Enumerable.Range(0, draws).Select(_ => Draw(points, dimensions, random)).MinBy(StrongestCorrelation)!;

    private static double[][] Draw(int points, int dimensions, Random random)
    {
        var plan = Enumerable.Range(0, points).Select(_ => new double[dimensions]).ToArray();
        for (var d = 0; d < dimensions; d++)
        {
            var order = Enumerable.Range(0, points).ToArray();
            random.Shuffle(order);
            for (var n = 0; n < points; n++)
                plan[n][d] = 2.0 * order[n] / (points - 1) - 1;
        }
        return plan;
    }

    private static double StrongestCorrelation(double[][] plan)
    {
        var strongest = 0.0;
        for (var a = 0; a < plan[0].Length; a++)
            for (var b = 0; b < a; b++)
                strongest = Math.Max(strongest, Math.Abs(plan.Sum(row => row[a] * row[b])));
        return strongest; // columns have mean 0 and equal length, so sums compare as correlations do
    }
}
