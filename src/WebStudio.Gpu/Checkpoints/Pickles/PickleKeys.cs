namespace WebStudio.Gpu.Checkpoints.Pickles;

/// <summary>
/// Which values may be keys of a dictionary or members of a set, and how they are hashed. Only flat values: hashing a hostile tuple of
/// tuples would overflow the stack. Numbers are mixed with a random seed, so that a file cannot aim at collisions.
/// </summary>
internal sealed class PickleKeys : IEqualityComparer<object>
{
    public static PickleKeys Comparer { get; } = new();

    /// <summary>The key itself, if it is of an accepted type.</summary>
    public static object Check(object? key) => key is string or long or double or bool
        ? key
        : throw new FormatException($"a key is {Unpickler.Describe(key)}; accepted are text, numbers and booleans");

    bool IEqualityComparer<object>.Equals(object? a, object? b) => Equals(a, b);

    int IEqualityComparer<object>.GetHashCode(object key) => key switch
    {
        long number => HashCode.Combine((int)number, (int)(number >> 32)),
        double number => HashCode.Combine((int)BitConverter.DoubleToInt64Bits(number), (int)(BitConverter.DoubleToInt64Bits(number) >> 32)),
        _ => key.GetHashCode(),
    };
}
