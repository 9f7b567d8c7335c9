using WebStudio.Components.Access;

namespace WebStudio.Components.Storage;

/// <summary>Something that takes space and can be opened.</summary>
/// <param name="Kind">Album or model.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Address">Its page.</param>
/// <param name="Bytes">What its files take.</param>
public sealed record StorageItem(string Kind, string Name, string Address, long Bytes);

/// <summary>What a user takes up.</summary>
/// <param name="Parts">What it is, and its bytes: originals, derivatives, versions, checkpoints, results.</param>
/// <param name="Bin">Bytes of what is in the bin; they are in the parts too.</param>
/// <param name="Allowed">The most in bytes; 0 without a limit.</param>
/// <param name="Largest">Albums and models, the largest first.</param>
public sealed record StorageView(IReadOnlyList<(string Name, long Bytes)> Parts, long Bin, long Allowed, IReadOnlyList<StorageItem> Largest)
{
    /// <summary>All of it.</summary>
    public long Used => Parts.Sum(p => p.Bytes);
}

/// <summary>What takes the space.</summary>
public interface IStorage
{
    /// <summary>The viewer's own things, walked for now.</summary>
    Task<StorageView> ReadAsync(Viewer viewer);
}
