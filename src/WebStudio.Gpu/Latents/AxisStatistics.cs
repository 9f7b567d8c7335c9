namespace WebStudio.Gpu.Latents;

/// <summary>How well one direction shows its attribute, measured on the anchors. Spread and rank correlation are what training optimises: read them with <see cref="DeviationAlong"/> and with what is measured on pictures.</summary>
/// <param name="WithinLevelSpread">
/// sqrt(V_within / V_total), ≥ 0: V_within = mean over the photos in levels of two or more of the squared distance to their level's mean coordinate,
/// V_total = variance of the coordinate over all N photos. 0: levels are points; about 1: levels say nothing. NaN where no level has two photos or nothing varies.
/// </param>
/// <param name="RankCorrelation">Spearman's coefficient of coordinate and measured value over the photos whose value is known, −1 to 1.</param>
/// <param name="DeviationAlong">Standard deviation (over N) of the coordinate.</param>
/// <param name="ExplainedFraction">Share of the anchors' total variance that lies along the direction, 0 to 1.</param>
public sealed record AxisStatistics(double WithinLevelSpread, double RankCorrelation, double DeviationAlong, double ExplainedFraction)
{
    /// <summary>Statistics of one direction.</summary>
    /// <param name="coordinates">w_n·d_m of the N anchors, centred or not.</param>
    /// <param name="levels">The attribute over the same photos.</param>
    /// <param name="totalVariance">Sum of the anchors' variances over all directions: Σ S² / N.</param>
    public static AxisStatistics Of(ReadOnlySpan<double> coordinates, AttributeLevels levels, double totalVariance)
    {
        if (coordinates.Length != levels.LevelOf.Count)
            throw new ArgumentException($"{coordinates.Length} coordinates for {levels.LevelOf.Count} photos.");
        var x = coordinates.ToArray();
        var mean = x.Average();
        var variance = x.Average(v => (v - mean) * (v - mean));
        var levelMeans = levels.LevelMeans(x);
        var shared = Enumerable.Range(0, x.Length).Where(n => levels.LevelOf[n] is var l && l != AttributeLevels.Unknown && levels.Counts[l] > 1).ToArray();
        var spread = shared.Length == 0 || variance <= 0 ? double.NaN
            : Math.Sqrt(shared.Average(n => Math.Pow(x[n] - levelMeans[levels.LevelOf[n]], 2)) / variance);
        return new AxisStatistics(spread, Correlation.Spearman(x, levels.Values.ToArray()), Math.Sqrt(variance), totalVariance > 0 ? variance / totalVariance : 0);
    }
}
