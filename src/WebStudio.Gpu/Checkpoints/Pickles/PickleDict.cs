using System.Diagnostics.CodeAnalysis;

namespace WebStudio.Gpu.Checkpoints.Pickles;

/// <summary>Python's dict and the classes that are read as one: OrderedDict, EasyDict, argparse.Namespace. Keeps the order.</summary>
/// <param name="kind">The class, as Python calls it.</param>
internal sealed class PickleDict(string kind = "dict") : IPickleState
{
    /// <summary>An empty dictionary is one byte of a pickle, so nothing is allocated before there is an item.</summary>
    private OrderedDictionary<object, object?>? _items;

    /// <summary>The class, as Python calls it.</summary>
    public string Kind => kind;

    /// <summary>Number of items.</summary>
    public int Count => _items?.Count ?? 0;

    /// <summary>Keys (string, long, double or bool) and values in order.</summary>
    public IEnumerable<KeyValuePair<object, object?>> Items => _items ?? Enumerable.Empty<KeyValuePair<object, object?>>();

    /// <summary>The value under a name, or null.</summary>
    public object? this[string name] => _items is not null && _items.TryGetValue(name, out var value) ? value : null;

    /// <summary>Adds or replaces an item.</summary>
    /// <exception cref="FormatException">The key is of a type that checkpoints do not use.</exception>
    public void Set(object? key, object? value)
    {
        (_items ??= new(PickleKeys.Comparer))[PickleKeys.Check(key)] = value;
    }

    /// <summary>The value under a name, where it has the type asked for.</summary>
    public bool TryGet<T>(string name, [MaybeNullWhen(false)] out T value)
    {
        value = this[name] is T typed ? typed : default;
        return value is not null;
    }

    /// <summary>
    /// A Namespace keeps its attributes in the state. Attributes of dictionaries (a state dict's _metadata) say nothing about tensors.
    /// </summary>
    public void SetState(object? state)
    {
        if (kind != "Namespace")
            return;
        if (state is not PickleDict attributes)
            throw new FormatException("a Namespace is built from something other than a dict");
        foreach (var (key, value) in attributes.Items)
            Set(key, value);
    }
}
