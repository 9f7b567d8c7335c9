using WebStudio.Components.Access;

namespace WebStudio.Components.Home;

/// <summary>Where an album or model stands, as its card shows it.</summary>
public enum CardState
{
    /// <summary>An album that nothing was trained from.</summary>
    NoModel,

    /// <summary>A training waits for its turn.</summary>
    Queued,

    /// <summary>A training runs.</summary>
    Training,

    /// <summary>A training was paused by its owner.</summary>
    Paused,

    /// <summary>There is a version to edit with.</summary>
    Ready,

    /// <summary>The last training failed and there is no version.</summary>
    Failed,
}

/// <summary>One album, with its model where it has one.</summary>
/// <param name="AlbumId">The album.</param>
/// <param name="ModelId">The model; null without one.</param>
/// <param name="JobId">The training that waits, runs, is paused or failed last; null without one.</param>
/// <param name="Name">Name of the model, or of the album where there is none.</param>
/// <param name="Person">Who is shown.</param>
/// <param name="IsSample">A synthetic person.</param>
/// <param name="Owner">Name of the owner; null for one's own.</param>
/// <param name="Cover">Address of a face; null before curation.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Detail">The state in words: "training 42 %", "version 3 of 4 May", "14 photos".</param>
public sealed record StudioCard(Guid AlbumId, Guid? ModelId, Guid? JobId, string Name, string Person, bool IsSample, string? Owner, string? Cover, CardState State, string Detail);

/// <summary>What the home page shows.</summary>
public interface IHome
{
    /// <summary>A page of the user's own cards, newest first.</summary>
    /// <param name="viewer">Who asks.</param>
    /// <param name="page">From 0.</param>
    Task<Paged<StudioCard>> OwnAsync(Viewer viewer, int page);

    /// <summary>A page of the studio's cards that are not the user's own, newest first; empty for whoever is no supervisor.</summary>
    /// <param name="viewer">Who asks.</param>
    /// <param name="page">From 0.</param>
    Task<Paged<StudioCard>> OthersAsync(Viewer viewer, int page);
}
