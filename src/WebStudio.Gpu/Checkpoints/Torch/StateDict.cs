using WebStudio.Gpu.Checkpoints.Generators;
using WebStudio.Gpu.Checkpoints.Pickles;

namespace WebStudio.Gpu.Checkpoints.Torch;

/// <summary>Tensors of a saved object by dotted names.</summary>
internal static class StateDict
{
    /// <summary>Deeper objects and longer names are not weights.</summary>
    private const int MaxDepth = 32, MaxName = 2000;

    /// <summary>Elements that repeating views (stride 0) may add up to, beside as many as the file has bytes: whoever copies such a view pays for it.</summary>
    private const int MaxExpanded = 1 << 22;

    /// <summary>The tensors that lie directly in a dictionary.</summary>
    public static IReadOnlyDictionary<string, StoredTensor> Tensors(PickleDict state)
    {
        var tensors = new Dictionary<string, StoredTensor>();
        foreach (var (key, value) in state.Items)
            if (key is string name && value is StoredTensor tensor)
                tensors[name] = tensor;
        return tensors;
    }

    /// <summary>Those whose names begin with a prefix, without it.</summary>
    public static IReadOnlyDictionary<string, StoredTensor> WithPrefix(IReadOnlyDictionary<string, StoredTensor> tensors, string prefix) => tensors
        .Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal))
        .ToDictionary(pair => pair.Key[prefix.Length..], pair => pair.Value);

    /// <summary>
    /// All tensors within nested dictionaries, lists and networks, names joined with dots; a bare tensor is called "tensor". Everything else is left out.
    /// </summary>
    /// <param name="root">The saved object.</param>
    /// <param name="fileLength">Bounds the walk: a pickle can hold one object at very many places.</param>
    /// <exception cref="FormatException">Nested too deep, multiplied, or two tensors with one name.</exception>
    public static IReadOnlyDictionary<string, StoredTensor> Flatten(object? root, long fileLength)
    {
        var tensors = new Dictionary<string, StoredTensor>();
        var budget = new PickleBudget(fileLength);
        Visit(root, "", 0);
        var expanded = tensors.Values.Where(tensor => tensor.Elements > tensor.Storage.Elements).Sum(tensor => (double)tensor.Elements);
        return expanded <= fileLength + MaxExpanded ? tensors : throw new FormatException("views repeat elements far beyond the size of the file");

        void Visit(object? value, string name, int depth)
        {
            if (value is StoredTensor tensor)
            {
                budget.Spend(name.Length);
                if (!tensors.TryAdd(name.Length > 0 ? name : "tensor", tensor))
                    throw new FormatException($"two tensors are named '{name}'");
                return;
            }
            if (depth == MaxDepth || name.Length > MaxName)
                throw new FormatException($"objects are nested more than {MaxDepth} deep or have names of more than {MaxName} characters");
            foreach (var (member, inner) in Members(value))
            {
                budget.Spend(1);
                if (inner is StoredTensor or PickleDict or List<object?> or object?[] or NetworkObject or NumpyArray)
                    Visit(inner, member.Length == 0 ? name : name.Length == 0 ? member : $"{name}.{member}", depth + 1);
            }
        }

        IEnumerable<(string Name, object? Value)> Members(object? value)
        {
            switch (value)
            {
                case PickleDict dict:
                    return dict.Items.Select(item => (item.Key.ToString()!, item.Value));
                case List<object?> list:
                    return list.Select((item, index) => ($"{index}", item));
                case object?[] tuple:
                    return tuple.Select((item, index) => ($"{index}", item));
                case NumpyArray array:
                    return [("", array.Tensor)];
                case NetworkObject network:
                    budget.Spend(network.Descendants().Count);
                    return network.Tensors().Select(pair => (pair.Key, (object?)pair.Value));
                default:
                    return [];
            }
        }
    }
}
