namespace WebStudio.Gpu.Latents;

/// <summary>Weighted least-squares fit of a non-decreasing sequence by pooling adjacent violators (Ayer et al., 1955).</summary>
public static class IsotonicRegression
{
    /// <summary>The non-decreasing sequence nearest to <paramref name="values"/> in Σ weight·(fit − value)².</summary>
    /// <param name="values">L values in the order in which they should grow.</param>
    /// <param name="weights">L positive weights.</param>
    /// <returns>L fitted values.</returns>
    /// <exception cref="ArgumentException">The lengths differ or a weight is not positive.</exception>
    public static double[] Fit(ReadOnlySpan<double> values, ReadOnlySpan<double> weights)
    {
        var blocks = Blocks(values, weights);
        var fit = new double[values.Length];
        foreach (var block in blocks)
            fit.AsSpan(block.Start, block.Length).Fill(block.Mean);
        return fit;
    }

    /// <summary>The same fit as runs of equal value; their means grow strictly.</summary>
    internal static List<Block> Blocks(ReadOnlySpan<double> values, ReadOnlySpan<double> weights)
    {
        if (values.Length != weights.Length)
            throw new ArgumentException($"{values.Length} values with {weights.Length} weights.");
        var blocks = new List<Block>(values.Length);
        for (var i = 0; i < values.Length; i++)
        {
            if (!(weights[i] > 0))
                throw new ArgumentException($"Weight {i} is {weights[i]}; weights must be positive.");
            var block = new Block(i, 1, values[i], weights[i]);
            while (blocks.Count > 0 && blocks[^1].Mean >= block.Mean)
            {
                var before = blocks[^1];
                blocks.RemoveAt(blocks.Count - 1);
                var weight = before.Weight + block.Weight;
                block = new Block(before.Start, before.Length + block.Length, (before.Mean * before.Weight + block.Mean * block.Weight) / weight, weight);
            }
            blocks.Add(block);
        }
        return blocks;
    }

    /// <summary>Entries Start … Start + Length − 1 pooled to one value.</summary>
    internal readonly record struct Block(int Start, int Length, double Mean, double Weight);
}
