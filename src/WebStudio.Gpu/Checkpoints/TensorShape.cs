namespace WebStudio.Gpu.Checkpoints;

/// <summary>Arithmetic on shapes that come from files and may be absurd.</summary>
internal static class TensorShape
{
    /// <summary>libtorch iterates over at most 64 dimensions.</summary>
    public const int MaxRank = 64;

    /// <summary>
    /// The number of elements, or null where the shape is impossible: negative, more than 64 dimensions, or beyond 2^62 elements even with zeros left
    /// out.
    /// </summary>
    public static long? Elements(ReadOnlySpan<long> shape)
    {
        if (shape.Length > MaxRank)
            return null;
        var (elements, withoutZeros) = (1L, 1L);
        foreach (var size in shape)
        {
            if (size < 0 || (size > 0 && withoutZeros > (1L << 62) / size))
                return null;
            withoutZeros *= Math.Max(size, 1);
            elements *= size;
        }
        return elements;
    }

    /// <summary>Strides in elements of a row-major tensor; a size of 0 counts as 1, as in libtorch.</summary>
    public static long[] RowMajorStrides(ReadOnlySpan<long> shape)
    {
        var strides = new long[shape.Length];
        var step = 1L;
        for (var i = shape.Length - 1; i >= 0; i--)
        {
            strides[i] = step;
            step *= Math.Max(shape[i], 1);
        }
        return strides;
    }

    /// <summary>The shape as written in messages: [3, 64, 64].</summary>
    public static string Text(IEnumerable<long> shape) => $"[{string.Join(", ", shape)}]";
}
