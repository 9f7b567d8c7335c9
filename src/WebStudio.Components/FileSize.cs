namespace WebStudio.Components;

/// <summary>Sizes of files as people read them.</summary>
public static class FileSize
{
    /// <summary>0 MB, 7 KB, 42 MB, 1.3 GB: decimal units.</summary>
    public static string Say(long bytes) =>
        bytes >= 1e9 ? FormattableString.Invariant($"{bytes / 1e9:0.#} GB")
        : bytes is >= 1_000_000 or 0 ? FormattableString.Invariant($"{bytes / 1e6:0} MB")
        : FormattableString.Invariant($"{Math.Max(1, bytes / 1e3):0} KB");
}
