using WebStudio.Components.Access;

namespace WebStudio.Components.Storage;

/// <summary>Something in the bin.</summary>
/// <param name="Id">The entry.</param>
/// <param name="Kind">Album, model, version or account.</param>
/// <param name="Name">What it is called.</param>
/// <param name="DeletedAt">When it was deleted.</param>
/// <param name="EraseAt">When it is erased for good.</param>
/// <param name="Bytes">What its files take.</param>
public sealed record BinEntry(Guid Id, string Kind, string Name, DateTimeOffset DeletedAt, DateTimeOffset EraseAt, long Bytes);

/// <summary>What was deleted and can still be put back.</summary>
public interface IBin
{
    /// <summary>Days that something stays in the bin; 0 where it is erased at once.</summary>
    int Days { get; }

    /// <summary>The viewer's own things, and for an admin the deleted accounts; what goes first comes first.</summary>
    Task<IReadOnlyList<BinEntry>> ListAsync(Viewer viewer);

    /// <summary>Puts something back where it was.</summary>
    /// <returns>What speaks against it as a sentence; null when done.</returns>
    Task<string?> RestoreAsync(Viewer viewer, Guid entry);

    /// <summary>Erases something now.</summary>
    Task EraseAsync(Viewer viewer, Guid entry);

    /// <summary>Puts an account with everything it owns into the bin; one's own, or for an admin anybody's.</summary>
    /// <returns>What speaks against it as a sentence; null when done.</returns>
    Task<string?> DeleteAccountAsync(Viewer viewer, string userId);
}
