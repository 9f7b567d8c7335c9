namespace WebStudio.Gpu.Latents;

/// <summary>
/// The map between a coordinate along d_m and the attribute in its own unit (method section 4): piecewise linear and strictly growing, so it has an
/// inverse. It reaches a little beyond the gallery on both sides; further out it is held at its ends.
/// </summary>
public sealed record Calibration
{
    /// <summary>How far the map goes on beyond the gallery's coordinates, as a share of their range, on each side.</summary>
    public const double Margin = 0.25;

    // Knots nearer than this share of the range would make one noisy photo a cliff.
    private const double LeastGap = 0.02;

    /// <summary>Takes up knots, as read from a file.</summary>
    /// <param name="coordinates">At least two, strictly growing.</param>
    /// <param name="values">As many values in the attribute's unit, strictly growing.</param>
    /// <exception cref="InvalidInputException">The numbers are no growing map.</exception>
    public Calibration(IReadOnlyList<double> coordinates, IReadOnlyList<double> values)
    {
        if (coordinates.Count != values.Count || coordinates.Count < 2 || !Grows(coordinates) || !Grows(values))
            throw new InvalidInputException("A calibration needs at least two knots whose coordinates and values both grow strictly.");
        (Coordinates, Values) = (coordinates, values);
    }

    /// <summary>Coordinates of the knots, strictly growing.</summary>
    public IReadOnlyList<double> Coordinates { get; }

    /// <summary>Attribute values at the knots, strictly growing; the first and last bound what the map can be asked for.</summary>
    public IReadOnlyList<double> Values { get; }

    /// <summary>
    /// Fits the gallery: isotonic regression of value over coordinate, a knot at the middle of each run of equal values, straight lines between, and the overall
    /// slope beyond. Where the values do not grow with the coordinate at all, a line through the means with the ratio of the deviations as slope.
    /// </summary>
    /// <param name="coordinates">(w_n − mean)·d_m of the N anchors.</param>
    /// <param name="values">Measured values, NaN where unknown.</param>
    /// <exception cref="InvalidInputException">Fewer than two known values, or coordinates or values are all equal.</exception>
    public static Calibration Fit(ReadOnlySpan<double> coordinates, ReadOnlySpan<double> values)
    {
        if (coordinates.Length != values.Length)
            throw new ArgumentException($"{coordinates.Length} coordinates with {values.Length} values.");
        var pairs = coordinates.ToArray().Zip(values.ToArray()).Where(p => !double.IsNaN(p.Second)).OrderBy(p => p.First).ToArray();
        if (pairs.Length < 2 || pairs[0].First == pairs[^1].First || pairs.All(p => p.Second == pairs[0].Second))
            throw new InvalidInputException($"The attribute cannot be calibrated: it needs at least two photos that differ in it, and there {(pairs.Length == 1 ? "is 1 photo" : $"are {pairs.Length} photos")} with a known value, all alike.");

        var (x, y) = Knots(pairs);
        var (low, high) = (pairs[0].First, pairs[^1].First);
        double slope;
        if (x.Count > 1)
            slope = (y[^1] - y[0]) / (x[^1] - x[0]);
        else
            (x[0], y[0], slope) = (pairs.Average(p => p.First), pairs.Average(p => p.Second), Deviation(pairs.Select(p => p.Second)) / Deviation(pairs.Select(p => p.First)));
        var reach = Margin * (high - low);
        return new Calibration(
            [low - reach, .. x, high + reach],
            [y[0] - slope * (x[0] - low + reach), .. y, y[^1] + slope * (high + reach - x[^1])]);
    }

    /// <summary>Attribute value at a coordinate.</summary>
    public double ToValue(double coordinate) => Interpolate(Coordinates, Values, coordinate);

    /// <summary>Coordinate at which the attribute has a value.</summary>
    public double ToCoordinate(double value) => Interpolate(Values, Coordinates, value);

    /// <inheritdoc/>
    public bool Equals(Calibration? other) => other is not null && Coordinates.SequenceEqual(other.Coordinates) && Values.SequenceEqual(other.Values);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Coordinates.Count, Coordinates[0], Values[^1]);

    private static (List<double> X, List<double> Y) Knots((double X, double Y)[] pairs)
    {
        var blocks = IsotonicRegression.Blocks([.. pairs.Select(p => p.Y)], [.. pairs.Select(_ => 1.0)]);
        var gap = LeastGap * (pairs[^1].X - pairs[0].X);
        List<double> x = [], y = [], weight = [];
        foreach (var block in blocks)
        {
            var centre = pairs.AsSpan(block.Start, block.Length).ToArray().Average(p => p.X);
            if (x.Count == 0 || centre - x[^1] >= gap)
            {
                x.Add(centre);
                y.Add(block.Mean);
                weight.Add(block.Weight);
                continue;
            }
            // Too near the knot before: both become one at their common mean.
            var total = weight[^1] + block.Weight;
            x[^1] = (x[^1] * weight[^1] + centre * block.Weight) / total;
            y[^1] = (y[^1] * weight[^1] + block.Mean * block.Weight) / total;
            weight[^1] = total;
        }
        return (x, y);
    }

    private static double Deviation(IEnumerable<double> values)
    {
        var all = values.ToArray();
        var mean = all.Average();
        return Math.Sqrt(all.Average(v => (v - mean) * (v - mean)));
    }

    private static bool Grows(IReadOnlyList<double> numbers) => Enumerable.Range(1, numbers.Count - 1).All(i => numbers[i] > numbers[i - 1]) && numbers.All(double.IsFinite);

    private static double Interpolate(IReadOnlyList<double> from, IReadOnlyList<double> to, double at)
    {
        if (!(at > from[0]))
            return to[0];
        for (var i = 1; i < from.Count; i++)
            if (at <= from[i])
                return to[i - 1] + (at - from[i - 1]) / (from[i] - from[i - 1]) * (to[i] - to[i - 1]);
        return to[^1];
    }
}
