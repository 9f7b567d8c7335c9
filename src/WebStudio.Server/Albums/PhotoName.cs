namespace WebStudio.Server.Albums;

/// <summary>Names of photos within an album: what messages and overrides call them. They never become names on disk.</summary>
internal static class PhotoName
{
    private const int MaxLength = 120;

    /// <summary>A name without folders and control characters, not empty, not longer than anybody reads; the ending stays.</summary>
    public static string Clean(string name)
    {
        name = new string([.. name[(name.LastIndexOfAny(['/', '\\']) + 1)..].Where(c => !char.IsControl(c) && !char.IsSurrogate(c))]).Trim();
        if (name.Length == 0)
            return "photo";
        var ending = Path.GetExtension(name) is { Length: <= 10 } e ? e : "";
        return name.Length <= MaxLength ? name : name[..(MaxLength - ending.Length)] + ending;
    }

    /// <summary>The name, or the name with the first number that makes it new.</summary>
    public static string Free(string name, IEnumerable<string> taken)
    {
        var names = taken.ToHashSet(StringComparer.OrdinalIgnoreCase);
        var (stem, ending) = (Path.GetFileNameWithoutExtension(name), Path.GetExtension(name));
        var free = name;
        for (var n = 2; names.Contains(free); n++)
            free = $"{stem} ({n}){ending}";
        return free;
    }
}
