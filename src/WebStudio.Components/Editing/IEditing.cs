using WebStudio.Components.Access;

namespace WebStudio.Components.Editing;

/// <summary>What the editor page is opened with; everything that moves comes over the hub.</summary>
/// <param name="VersionId">The version to edit with.</param>
/// <param name="ModelName">Name of the model.</param>
/// <param name="VersionName">Name of the version.</param>
/// <param name="Person">Who is shown.</param>
/// <param name="Resolution">Side of its pictures in pixels.</param>
/// <param name="Photos">Photos it was trained on.</param>
/// <param name="First">Index of the photo to begin with: the one that looks most straight into the camera.</param>
/// <param name="MaySave">Only the owner keeps edits.</param>
public sealed record EditorStart(Guid VersionId, string ModelName, string VersionName, string Person, int Resolution, int Photos, int First, bool MaySave);

/// <summary>What the editor page needs beside the hub.</summary>
public interface IEditing
{
    /// <summary>A version of a model; null when there is none for this viewer.</summary>
    /// <param name="viewer">Who asks.</param>
    /// <param name="model">The model.</param>
    /// <param name="version">One of its versions; null for the current one.</param>
    Task<EditorStart?> FindAsync(Viewer viewer, Guid model, Guid? version);
}
