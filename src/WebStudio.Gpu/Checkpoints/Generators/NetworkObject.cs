using WebStudio.Gpu.Checkpoints.Pickles;
using WebStudio.Gpu.Checkpoints.Torch;

namespace WebStudio.Gpu.Checkpoints.Generators;

/// <summary>
/// A network as NVIDIA pickles it (torch_utils.persistence): the class's name and its attributes. The pickle also carries the class's Python
/// source; that is text here and is dropped.
/// </summary>
/// <param name="ClassName">For instance SynthesisNetwork.</param>
/// <param name="State">The object's attributes.</param>
internal sealed record NetworkObject(string ClassName, PickleDict State)
{
    /// <summary>NVIDIA's networks are four levels deep and have some 150 modules. A pickle can hold one module at many places, even within itself.</summary>
    private const int MaxDepth = 16, MaxModules = 10_000, MaxName = 200;

    /// <summary>The direct sub-modules by name.</summary>
    public IEnumerable<KeyValuePair<string, NetworkObject>> Modules => Members("_modules").Where(m => m.Value is not null).Select(member => KeyValuePair.Create(
        member.Key,
        member.Value as NetworkObject ?? throw new FormatException($"module '{member.Key}' is {Unpickler.Describe(member.Value)}")));

    /// <summary>The sub-module of a name, or null.</summary>
    public NetworkObject? Module(string name) => (State["_modules"] as PickleDict)?[name] as NetworkObject;

    /// <summary>All parameters and buffers by their dotted names, as state_dict() gives them.</summary>
    /// <exception cref="FormatException">A member is not what its place asks for.</exception>
    public IEnumerable<KeyValuePair<string, StoredTensor>> Tensors() => Descendants().SelectMany(module => module.Value.OwnTensors(module.Key));

    /// <summary>This network under the empty name and all its sub-modules by their dotted names, from the outside in.</summary>
    /// <exception cref="FormatException">Modules are nested endlessly or shared so often that they outnumber any real network's.</exception>
    public IReadOnlyList<KeyValuePair<string, NetworkObject>> Descendants()
    {
        var found = new List<KeyValuePair<string, NetworkObject>> { new("", this) };
        for (var i = 0; i < found.Count; i++)
        {
            foreach (var (name, module) in found[i].Value.Modules)
                found.Add(new(found[i].Key.Length == 0 ? name : $"{found[i].Key}.{name}", module));
            if (found.Count > MaxModules || found[i].Key.Count(c => c == '.') > MaxDepth)
                throw new FormatException($"the network has more than {MaxModules} modules or more than {MaxDepth} levels");
        }
        return found;
    }

    private IEnumerable<KeyValuePair<string, StoredTensor>> OwnTensors(string path)
    {
        foreach (var (name, value) in Members("_parameters").Concat(Members("_buffers")).Where(m => m.Value is not null))
            yield return KeyValuePair.Create(
                path.Length == 0 ? name : $"{path}.{name}",
                value as StoredTensor ?? throw new FormatException($"'{path}.{name}' is {Unpickler.Describe(value)} instead of a tensor"));
    }

    private IEnumerable<KeyValuePair<string, object?>> Members(string group) => State[group] switch
    {
        null => [],
        PickleDict dict => dict.Items.Select(item => item.Key is string { Length: <= MaxName } name
            ? KeyValuePair.Create(name, item.Value)
            : throw new FormatException($"{ClassName}.{group} has a key that is not a name")),
        var other => throw new FormatException($"{ClassName}.{group} is {Unpickler.Describe(other)}"),
    };
}
