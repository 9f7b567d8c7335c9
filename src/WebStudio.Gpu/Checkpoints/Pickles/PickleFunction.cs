namespace WebStudio.Gpu.Checkpoints.Pickles;

/// <summary>What stands for a Python callable: C# that builds the value such a call would have given.</summary>
/// <param name="Name">Module and name.</param>
/// <param name="Call">Takes the positional arguments; throws <see cref="FormatException"/> where they do not fit.</param>
internal sealed record PickleFunction(string Name, Func<object?[], object?> Call);

/// <summary>The closed list of names that a pickle may refer to.</summary>
internal sealed class PickleGlobals
{
    private readonly Dictionary<(string Module, string Name), object> known = [];

    /// <summary>Adds a callable.</summary>
    public void Add(string module, string name, Func<object?[], object?> call) => known.Add((module, name), new PickleFunction($"{module}.{name}", call));

    /// <summary>Adds a constant, for instance a type.</summary>
    public void AddValue(string module, string name, object value) => known.Add((module, name), value);

    /// <summary>Looks a name up.</summary>
    /// <exception cref="FormatException">It is not on the list.</exception>
    public object Find(string module, string name) => known.TryGetValue((module, name), out var value)
        ? value
        : throw new FormatException($"the pickle refers to {Shorten(module)}.{Shorten(name)}, which is not on the list of data types that are read; nothing was executed");

    private static string Shorten(string text) => text.Length <= 100 ? text : text[..100] + "…";
}

/// <summary>
/// Calls that copy their argument can be repeated on one memoised value with a few bytes each. What all copies of a file may add up to is
/// the file's own size.
/// </summary>
internal sealed class PickleBudget(long fileLength)
{
    private long left = fileLength;

    /// <summary>Books a copy of so many bytes or items.</summary>
    public void Spend(long size)
    {
        left -= size;
        if (left < 0)
            throw new FormatException("values are multiplied beyond the size of the file");
    }
}
