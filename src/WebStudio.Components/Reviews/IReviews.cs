using WebStudio.Components.Access;
using WebStudio.Gpu.Evaluation;

namespace WebStudio.Components.Reviews;

/// <summary>Where a review stands.</summary>
public enum ReviewState
{
    /// <summary>Waits for a supervisor.</summary>
    Waiting,

    /// <summary>May be used and exported.</summary>
    Approved,

    /// <summary>Something is to be changed; it may be sent again.</summary>
    SentBack,

    /// <summary>Is not to be used.</summary>
    Rejected,
}

/// <summary>One round of a version's review.</summary>
/// <param name="Id">The review.</param>
/// <param name="ModelId">The model.</param>
/// <param name="VersionId">The version.</param>
/// <param name="ModelName">Name of the model.</param>
/// <param name="VersionName">Name of the version.</param>
/// <param name="Person">Who is shown.</param>
/// <param name="Author">Who sent it.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Note">What the author said.</param>
/// <param name="Comment">What the supervisor said.</param>
/// <param name="SentAt">When it was sent.</param>
/// <param name="DecidedAt">When it was decided; null while it waits.</param>
/// <param name="Supervisor">Who decided; empty while it waits.</param>
/// <param name="MayDecide">The viewer may decide it.</param>
/// <param name="EditId">The kept edit that is reviewed; null where the version is.</param>
/// <param name="EditName">Its name; empty where the version is reviewed.</param>
public sealed record ReviewView(Guid Id, Guid ModelId, Guid VersionId, string ModelName, string VersionName, string Person, string Author, ReviewState State, string Note, string Comment, DateTimeOffset SentAt, DateTimeOffset? DecidedAt, string Supervisor, bool MayDecide, Guid? EditId = null, string EditName = "")
{
    /// <summary>What is reviewed, by its name.</summary>
    public string Name => EditId is null ? VersionName : EditName;

    /// <summary>Address of a small picture of it.</summary>
    public string Picture => EditId is { } edit ? $"/files/edits/{edit}/picture.webp" : $"/files/versions/{VersionId}/preview/photo-0.webp";
}

/// <summary>A slider of a reviewed edit that was moved.</summary>
/// <param name="Name">The attribute.</param>
/// <param name="Value">Where it stands.</param>
/// <param name="Unit">°, %, years; empty for tags and components.</param>
public sealed record ReviewedValue(string Name, double Value, string Unit);

/// <summary>A kept edit as it is decided on.</summary>
/// <param name="Id">The edit.</param>
/// <param name="Before">Address of the photo it starts from; null for a new portrait.</param>
/// <param name="Values">What was moved.</param>
public sealed record ReviewedEdit(Guid Id, string? Before, IReadOnlyList<ReviewedValue> Values);

/// <summary>What a supervisor decides on.</summary>
/// <param name="Review">The round.</param>
/// <param name="Report">What was measured on the version.</param>
/// <param name="WithoutConsent">Why the person does not agree today; null when they do.</param>
/// <param name="Consent">Who agreed to what.</param>
/// <param name="History">All rounds of the same thing, newest first.</param>
/// <param name="Edit">The kept edit; null where the version is reviewed.</param>
public sealed record ReviewDetail(ReviewView Review, ModelReport Report, string? WithoutConsent, string Consent, IReadOnlyList<ReviewView> History, ReviewedEdit? Edit = null);

/// <summary>What pages need of reviews. What is not visible to the viewer is null, empty or does nothing.</summary>
public interface IReviews
{
    /// <summary>Sends a version for review.</summary>
    /// <returns>What speaks against it as a sentence; null when it waits now.</returns>
    Task<string?> SendAsync(Viewer viewer, Guid version, string note);

    /// <summary>Sends a kept edit for review.</summary>
    /// <returns>What speaks against it as a sentence; null when it waits now.</returns>
    Task<string?> SendEditAsync(Viewer viewer, Guid edit, string note);

    /// <summary>A page of the studio's reviews, the newest first; empty for whoever is no supervisor.</summary>
    /// <param name="viewer">Who asks.</param>
    /// <param name="decided">Those that are decided, or those that wait.</param>
    /// <param name="page">From 0.</param>
    Task<Paged<ReviewView>> InboxAsync(Viewer viewer, bool decided, int page);

    /// <summary>One review with what it is decided on; null when there is none for this viewer.</summary>
    Task<ReviewDetail?> FindAsync(Viewer viewer, Guid review);

    /// <summary>All reviews of a model's versions, newest first.</summary>
    Task<IReadOnlyList<ReviewView>> OfModelAsync(Viewer viewer, Guid model);

    /// <summary>Decides a review; the author is told.</summary>
    /// <returns>What speaks against it as a sentence; null when it is decided.</returns>
    Task<string?> DecideAsync(Viewer viewer, Guid review, ReviewState decision, string comment);

    /// <summary>Whether the viewer's studio exports approved versions only.</summary>
    Task<bool> ApprovalRequiredAsync(Viewer viewer);

    /// <summary>Sets that; supervisors only.</summary>
    Task RequireApprovalAsync(Viewer viewer, bool required);
}
