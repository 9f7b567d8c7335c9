namespace WebStudio.Gpu.Checkpoints.Pickles;

/// <summary>The closed list of names that a pickle may refer to.</summary>
internal sealed class PickleGlobals
{
    private readonly Dictionary<(string Module, string Name), object> _known = [];

    /// <summary>Adds a callable.</summary>
    public void Add(string module, string name, Func<object?[], object?> call) => _known.Add((module, name), new PickleFunction($"{module}.{name}", call));

    /// <summary>Adds a constant, for instance a type.</summary>
    public void AddValue(string module, string name, object value) => _known.Add((module, name), value);

    /// <summary>Looks a name up.</summary>
    /// <exception cref="FormatException">It is not on the list.</exception>
    public object Find(string module, string name) => _known.TryGetValue((module, name), out var value)
        ? value
        : throw new FormatException($"the pickle refers to {Shorten(module)}.{Shorten(name)}, which is not on the list of data that are read; nothing was executed");

    private static string Shorten(string text) => text.Length <= 100 ? text : text[..100] + "…";
}
