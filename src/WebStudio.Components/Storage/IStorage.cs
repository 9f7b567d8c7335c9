using WebStudio.Components.Access;

namespace WebStudio.Components.Storage;

/// <summary>What takes space.</summary>
public enum StorageKind
{
    /// <summary>Photos with what is made of them.</summary>
    Album,

    /// <summary>A model that has one version.</summary>
    Model,

    /// <summary>A version of a model that has several.</summary>
    Version,

    /// <summary>State of a training that can go on.</summary>
    Training,
}

/// <summary>Something that takes space and can be opened.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Id">Its identifier.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Address">Its page.</param>
/// <param name="Bytes">What its files take.</param>
/// <param name="MayDelete">It can be put into the bin from here; others are ended on their page.</param>
public sealed record StorageItem(StorageKind Kind, Guid Id, string Name, string Address, long Bytes, bool MayDelete);

/// <summary>What a user takes up.</summary>
/// <param name="Parts">What it is, and its bytes: originals, derivatives, versions, checkpoints, results.</param>
/// <param name="Bin">Bytes of what is in the bin; they are in the parts too.</param>
/// <param name="Allowed">The most in bytes; 0 without a limit.</param>
/// <param name="Largest">What can be opened, the largest first; nothing is in two of them.</param>
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

    /// <summary>Puts something of the viewer's into the bin.</summary>
    /// <returns>What speaks against it as a sentence; null when done.</returns>
    Task<string?> DeleteAsync(Viewer viewer, StorageKind kind, Guid id);
}
