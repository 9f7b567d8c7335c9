namespace WebStudio.Components.Storage;

/// <summary>What pages say of a deletion before it happens.</summary>
internal static class BinWords
{
    /// <summary>A sentence on what becomes of what is deleted.</summary>
    /// <param name="days">Days in the bin.</param>
    public static string Fate(int days) => days switch
    {
        0 => "It is erased at once, and this cannot be undone.",
        1 => "It can be put back from the bin for a day; then it is erased for good.",
        _ => $"It can be put back from the bin for {days} days; then it is erased for good.",
    };
}
