namespace WebStudio.Gpu.Latents;

/// <summary>One attribute over the gallery: its measured values and the levels f_a they are quantised to (method section 2).</summary>
public sealed record AttributeLevels
{
    /// <summary>Level of a photo whose value is unknown; such a photo is neither pulled nor a peer of any other.</summary>
    public const int Unknown = -1;

    private AttributeLevels(string name, double[] values, int[] levelOf, bool ordered)
    {
        (Name, Values, LevelOf, Ordered) = (name, values, levelOf, ordered);
        var members = Enumerable.Range(0, values.Length).Where(n => levelOf[n] != Unknown).GroupBy(n => levelOf[n]).OrderBy(g => g.Key).ToArray();
        Counts = [.. members.Select(g => g.Count())];
        LevelValues = [.. members.Select(g => g.Average(n => values[n]))];
    }

    /// <summary>Name of the attribute as verbs and files write it.</summary>
    public string Name { get; }

    /// <summary>Measured value of every photo in the attribute's unit, N of them; NaN where unknown.</summary>
    public IReadOnlyList<double> Values { get; }

    /// <summary>Level 0 … P − 1 of every photo, growing with the value; <see cref="Unknown"/> where the value is.</summary>
    public IReadOnlyList<int> LevelOf { get; }

    /// <summary>Mean value of the photos in each level, P of them, strictly growing.</summary>
    public IReadOnlyList<double> LevelValues { get; }

    /// <summary>Photos in each level, P numbers ≥ 1.</summary>
    public IReadOnlyList<int> Counts { get; }

    /// <summary>False for categories, whose levels have no order.</summary>
    public bool Ordered { get; }

    /// <summary>Quantises values.</summary>
    /// <param name="name">Name of the attribute.</param>
    /// <param name="values">One value a photo, NaN where unknown.</param>
    /// <param name="options">Kind and width of levels.</param>
    /// <exception cref="InvalidInputException">No value is known, or an option is out of range.</exception>
    public static AttributeLevels Quantise(string name, IEnumerable<double> values, LevelOptions options)
    {
        var all = values.ToArray();
        if (options.Width is { } asked && !(asked > 0))
            throw new InvalidInputException($"The level width of '{name}' is {asked}; it must be greater than 0.");
        if (options.Count < 1 || options.MinPhotos < 1)
            throw new InvalidInputException($"'{name}' asks for {options.Count} levels of at least {options.MinPhotos} photos; both must be at least 1.");
        var known = all.Where(v => !double.IsNaN(v)).Order().ToArray();
        if (known.Length == 0)
            throw new InvalidInputException($"No photo has a value for the attribute '{name}'.");

        var groups = options.Discrete ? Group(known, v => v)
            : options.Width is { } width ? Group(known, v => Math.Round(v / width, MidpointRounding.AwayFromZero))
            : Group(known, EqualShares(known, options.Count));
        if (!options.Discrete)
            Merge(groups, options.MinPhotos, options.MaxWidths * (options.Width ?? (known[^1] - known[0]) / options.Count));

        var highest = groups.Select(g => g[^1]).ToArray();
        var levelOf = all.Select(v => double.IsNaN(v) ? Unknown : Array.FindIndex(highest, h => v <= h)).ToArray();
        return new AttributeLevels(name, all, levelOf, !options.Discrete);
    }

    /// <summary>Mean over each level's photos of a quantity given per photo.</summary>
    /// <param name="perPhoto">N numbers.</param>
    /// <returns>P means.</returns>
    public double[] LevelMeans(ReadOnlySpan<double> perPhoto)
    {
        var means = new double[Counts.Count];
        for (var n = 0; n < LevelOf.Count; n++)
            if (LevelOf[n] != Unknown)
                means[LevelOf[n]] += perPhoto[n] / Counts[LevelOf[n]];
        return means;
    }

    private static List<List<double>> Group(double[] sorted, Func<double, double> key) => [.. sorted.GroupBy(key).Select(g => g.ToList())];

    /// <summary>Key of the share by the number of smaller values, so that equal values never part.</summary>
    private static Func<double, double> EqualShares(double[] sorted, int count) =>
        v => (long)count * Array.FindIndex(sorted, s => s >= v) / sorted.Length;

    /// <summary>Joins a level that is too small with a neighbour, the narrowest union first, while the union is not too wide.</summary>
    private static void Merge(List<List<double>> groups, int minPhotos, double maxWidth)
    {
        while (true)
        {
            var best = -1;
            var bestSpan = double.PositiveInfinity;
            for (var i = 0; i + 1 < groups.Count; i++)
            {
                var span = groups[i + 1][^1] - groups[i][0];
                if (Math.Min(groups[i].Count, groups[i + 1].Count) < minPhotos && span <= maxWidth && span < bestSpan)
                    (best, bestSpan) = (i, span);
            }
            if (best < 0)
                return;
            groups[best].AddRange(groups[best + 1]);
            groups.RemoveAt(best + 1);
        }
    }
}
