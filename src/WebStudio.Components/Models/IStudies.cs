using WebStudio.Components.Access;
using WebStudio.Gpu.Evaluation;

namespace WebStudio.Components.Models;

/// <summary>A photo that training had not seen, opened for editing.</summary>
/// <param name="Name">As its owner calls it.</param>
/// <param name="Psnr">Of its reconstruction, dB.</param>
/// <param name="Identity">Cosine similarity of the face embeddings, −1 to 1.</param>
public sealed record OpenedPhotoFigures(string Name, double Psnr, double Identity);

/// <summary>The whole report of a version.</summary>
/// <param name="ModelId">The model.</param>
/// <param name="ModelName">Its name.</param>
/// <param name="VersionId">The version.</param>
/// <param name="VersionName">Its name.</param>
/// <param name="Person">Who is shown.</param>
/// <param name="Report">What was measured when it was trained.</param>
/// <param name="Study">The version beside its peers; null before that was made, or where its file is damaged.</param>
/// <param name="Opened">Photos opened for editing that training had not seen.</param>
/// <param name="JobId">A comparison under way; null without one.</param>
/// <param name="MayStart">The viewer may have it compared.</param>
/// <param name="IsDamaged">There is a file of a comparison, and it cannot be read.</param>
public sealed record StudyView(Guid ModelId, string ModelName, Guid VersionId, string VersionName, string Person, ModelReport Report, StudyReport? Study, IReadOnlyList<OpenedPhotoFigures> Opened, Guid? JobId, bool MayStart, bool IsDamaged = false);

/// <summary>Comparisons of versions with their peers.</summary>
public interface IStudies
{
    /// <summary>The report of a version; null when there is none for this viewer.</summary>
    /// <param name="viewer">Who asks.</param>
    /// <param name="model">The model.</param>
    /// <param name="version">One of its versions; null for the current one.</param>
    Task<StudyView?> FindAsync(Viewer viewer, Guid model, Guid? version);

    /// <summary>Puts a comparison into the queue of trainings.</summary>
    /// <returns>The job, or what speaks against it as a sentence.</returns>
    Task<(Guid? Job, string? Refusal)> StartAsync(Viewer viewer, Guid version);
}
