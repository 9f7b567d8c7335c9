using WebStudio.Components.Access;
using WebStudio.Gpu.Evaluation;

namespace WebStudio.Components.Models;

/// <summary>A trained state of a model.</summary>
/// <param name="Id">The version.</param>
/// <param name="Name">As its owner calls it.</param>
/// <param name="CreatedAt">When it was trained.</param>
/// <param name="Bytes">Size on disk.</param>
/// <param name="IsCurrent">The editor opens it.</param>
/// <param name="EndedEarly">Its training was ended before its time.</param>
/// <param name="Report">What was measured.</param>
public sealed record VersionView(Guid Id, string Name, DateTimeOffset CreatedAt, long Bytes, bool IsCurrent, bool EndedEarly, ModelReport Report);

/// <summary>A model with its versions.</summary>
/// <param name="Id">The model.</param>
/// <param name="Name">Its name.</param>
/// <param name="AlbumId">Album it is made from.</param>
/// <param name="Person">Who is shown.</param>
/// <param name="MayChange">Only the owner changes it.</param>
/// <param name="JobId">A training under way; null without one.</param>
/// <param name="Versions">Newest first.</param>
public sealed record ModelView(Guid Id, string Name, Guid AlbumId, string Person, bool MayChange, Guid? JobId, IReadOnlyList<VersionView> Versions);

/// <summary>What the model page needs. What is not visible to the viewer is null or does nothing.</summary>
public interface IModels
{
    /// <summary>A model; null when there is none for this viewer.</summary>
    Task<ModelView?> FindAsync(Viewer viewer, Guid model);

    /// <summary>Renames a model.</summary>
    Task RenameAsync(Viewer viewer, Guid model, string name);

    /// <summary>Renames a version.</summary>
    Task RenameVersionAsync(Viewer viewer, Guid version, string name);

    /// <summary>Makes a version the one that the editor opens.</summary>
    Task MakeCurrentAsync(Viewer viewer, Guid version);

    /// <summary>Puts a model with its versions into the bin.</summary>
    /// <returns>What speaks against it as a sentence; null when done.</returns>
    Task<string?> DeleteAsync(Viewer viewer, Guid model);

    /// <summary>Puts a version with its saved edits into the bin; not the current one.</summary>
    /// <returns>What speaks against it as a sentence; null when done.</returns>
    Task<string?> DeleteVersionAsync(Viewer viewer, Guid version);
}
