using System.Numerics;
using WebStudio.Gpu.Faces;
using WebStudio.Gpu.Faces.Curation;

namespace WebStudio.Components.Albums;

/// <summary>Who agreed that a model of the person is made.</summary>
/// <param name="GivenBy">The person who agrees, or who stands for them.</param>
/// <param name="Scope">What may be done.</param>
/// <param name="Until">Last day on which it holds; null without an end.</param>
public sealed record ConsentView(string GivenBy, string Scope, DateOnly? Until);

/// <summary>What a user says of an album.</summary>
/// <param name="Name">Name of the album, 1 to 100 characters.</param>
/// <param name="Person">Name of the person shown, 1 to 100 characters.</param>
/// <param name="Consent">Null while nobody has agreed: training is then refused.</param>
public sealed record AlbumDraft(string Name, string Person, ConsentView? Consent);

/// <summary>An album in a list.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Person">The person shown.</param>
/// <param name="IsSample">True for a synthetic person.</param>
/// <param name="Owner">Name of the owner where that is not the viewer; else null.</param>
/// <param name="Photos">Number of photos.</param>
/// <param name="Used">Number of photos in use.</param>
/// <param name="ConsentHolds">Whether training may start today.</param>
/// <param name="Covers">Up to four photos to show.</param>
public sealed record AlbumCard(Guid Id, string Name, string Person, bool IsSample, string? Owner, int Photos, int Used, bool ConsentHolds, IReadOnlyList<Cover> Covers);

/// <summary>A photo to show cut to a square around the face.</summary>
/// <param name="PhotoId">The photo.</param>
/// <param name="X">Where the face is, in per cent of the width.</param>
/// <param name="Y">Where the face is, in per cent of the height.</param>
public readonly record struct Cover(Guid PhotoId, double X, double Y);

/// <summary>An album on its page.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Person">The person shown.</param>
/// <param name="IsSample">True for a synthetic person.</param>
/// <param name="Owner">Name of the owner where that is not the viewer, who then may look but not change; else null.</param>
/// <param name="Consent">Null while nobody has agreed.</param>
/// <param name="ConsentHolds">Whether training may start today.</param>
/// <param name="Outcome">The curator's sentence on the whole album; empty before the first curation.</param>
/// <param name="IsCurated">False while photos or decisions have changed since the last curation.</param>
/// <param name="ModelId">The first model made from it; null without one.</param>
/// <param name="Limits">What may be uploaded.</param>
public sealed record AlbumView(Guid Id, string Name, string Person, bool IsSample, string? Owner, ConsentView? Consent, bool ConsentHolds, string Outcome, bool IsCurated, Guid? ModelId, UploadLimits Limits)
{
    /// <summary>Whether the viewer may change it.</summary>
    public bool CanChange => Owner is null;
}

/// <summary>What may be uploaded to an album.</summary>
/// <param name="FileBytes">Largest file.</param>
/// <param name="Photos">Most photos of an album.</param>
public sealed record UploadLimits(long FileBytes, int Photos);

/// <summary>A photo on an album's page.</summary>
public sealed record PhotoView
{
    /// <summary>Its id.</summary>
    public required Guid Id { get; init; }

    /// <summary>Its album.</summary>
    public required Guid AlbumId { get; init; }

    /// <summary>File name, unique in the album.</summary>
    public required string Name { get; init; }

    /// <summary>Width in pixels.</summary>
    public required int Width { get; init; }

    /// <summary>Height in pixels.</summary>
    public required int Height { get; init; }

    /// <summary>Whether faces were looked for.</summary>
    public bool IsAnalysed { get; init; }

    /// <summary>Null before the first curation that knows the photo.</summary>
    public PhotoVerdict? Verdict { get; init; }

    /// <summary>The verdict in a sentence.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Whether the photo goes into a model.</summary>
    public bool IsUsed => Verdict is PhotoVerdict.Used or PhotoVerdict.UsedByHand;

    /// <summary>All faces found, in photo pixels, best detection first.</summary>
    public IReadOnlyList<FaceBox> Faces { get; init; } = [];

    /// <summary>Index of the face taken for the person, or null.</summary>
    public int? ChosenFace { get; init; }

    /// <summary>Attributes of the person's face; confidence 0 is unknown, 1 may be set by hand. Empty without a face.</summary>
    public IReadOnlyDictionary<FaceAttribute, AttributeReading> Attributes { get; init; } = new Dictionary<FaceAttribute, AttributeReading>();

    /// <summary>Corners of the square that is cut out, in photo pixels; empty where nothing is.</summary>
    public IReadOnlyList<Vector2> Square { get; init; } = [];

    /// <summary>What the user decided.</summary>
    public PhotoOverride Decision { get; init; } = new();

    /// <summary>Address of a small picture (300 px on the short side).</summary>
    public string ThumbUrl => $"/files/albums/{AlbumId}/photos/{Id}/thumb";

    /// <summary>Address of the photo.</summary>
    public string FullUrl => $"/files/albums/{AlbumId}/photos/{Id}/full";
}
