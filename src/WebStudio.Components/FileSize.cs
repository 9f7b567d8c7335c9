namespace WebStudio.Components;

/// <summary>Sizes of files as people read them.</summary>
public static class FileSize
{
    /// <summary>42 MB, 1.3 GB: decimal units.</summary>
    public static string Say(long bytes) => bytes >= 1e9 ? FormattableString.Invariant($"{bytes / 1e9:0.#} GB") : FormattableString.Invariant($"{Math.Max(1, bytes / 1e6):0} MB");
}
