namespace WebStudio.Server.Deletions;

/// <summary>The query filter that keeps what is in the bin out of every query; whoever works on the bin itself takes it away by this name.</summary>
internal static class Bin
{
    public const string Filter = "bin";

    /// <summary>The same as an array, for <c>IgnoreQueryFilters</c>.</summary>
    public static string[] Filters { get; } = [Filter];
}
