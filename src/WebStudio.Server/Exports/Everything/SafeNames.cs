using WebStudio.Server.Albums;

namespace WebStudio.Server.Exports.Everything;

/// <summary>Makes names that users chose into paths that every system can unpack, no two of them alike.</summary>
internal sealed class SafeNames
{
    private const int Longest = 100;
    private const string Forbidden = "<>:\"/\\|?*";
    private static readonly string[] Reserved = ["CON", "PRN", "AUX", "NUL", .. Enumerable.Range(0, 10).SelectMany(n => (string[])[$"COM{n}", $"LPT{n}"])];

    private readonly Dictionary<string, HashSet<string>> _taken = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>A path in a folder that nothing else has.</summary>
    /// <param name="folder">As this made it; empty for the top.</param>
    /// <param name="wanted">Name with its ending.</param>
    public string Take(string folder, string wanted)
    {
        if (!_taken.TryGetValue(folder, out var taken))
            _taken[folder] = taken = new(StringComparer.OrdinalIgnoreCase);
        var name = PhotoName.Free(Clean(wanted), taken);
        taken.Add(name);
        return folder.Length == 0 ? name : $"{folder}/{name}";
    }

    /// <summary>What Windows, the strictest, takes as a name.</summary>
    public static string Clean(string name)
    {
        name = string.Concat(name.EnumerateRunes().Select(r => System.Text.Rune.IsControl(r) || Forbidden.Contains(r.ToString(), StringComparison.Ordinal) ? "_" : r.ToString())).Trim(' ', '.');
        if (name.Length > Longest)
        {
            var ending = Path.GetExtension(name) is { Length: <= 12 } e ? e : "";
            var at = Longest - ending.Length;
            name = name[..(char.IsHighSurrogate(name[at - 1]) ? at - 1 : at)].TrimEnd(' ', '.') + ending;
        }
        return name.Length == 0 ? "_" : Reserved.Contains(Path.GetFileNameWithoutExtension(name), StringComparer.OrdinalIgnoreCase) ? $"_{name}" : name;
    }
}
