using WebStudio.Gpu.Faces;
using WebStudio.Gpu.Faces.Curation;

namespace WebStudio.Components.Albums;

/// <summary>Who agreed that a model of the person is made.</summary>
/// <param name="GivenBy">The person who agrees, or who stands for them.</param>
/// <param name="Scope">What may be done, in words.</param>
/// <param name="Until">Last day on which it holds; null without an end.</param>
public sealed record ConsentEntry(string GivenBy, string Scope, DateOnly? Until);

/// <summary>An album in a list.</summary>
/// <param name="Id">The album.</param>
/// <param name="Name">Its name.</param>
/// <param name="Person">Who is shown.</param>
/// <param name="Owner">Name of the owner; null for one's own.</param>
/// <param name="IsSample">A synthetic person.</param>
/// <param name="Photos">Number of photos.</param>
/// <param name="Used">Photos in use.</param>
/// <param name="Cover">Address of a face; null before curation.</param>
public sealed record AlbumCard(Guid Id, string Name, string Person, string? Owner, bool IsSample, int Photos, int Used, string? Cover);

/// <summary>What the curator found in a photo.</summary>
/// <param name="Faces">Boxes of all faces in pixels of the photo.</param>
/// <param name="Attributes">Measured or corrected attributes of the chosen face, by name.</param>
public sealed record PhotoFindings(IReadOnlyList<FaceBox> Faces, IReadOnlyDictionary<string, AttributeReading> Attributes)
{
    /// <summary>Nothing yet.</summary>
    public static PhotoFindings None { get; } = new([], new Dictionary<string, AttributeReading>());
}

/// <summary>What the user decided on a photo; everything left out stays as the curator decides.</summary>
public sealed record PhotoDecisions
{
    /// <summary>True: use it whatever the filters say; false: leave it out; null: the curator decides.</summary>
    public bool? Use { get; init; }

    /// <summary>Index of the face that is the person.</summary>
    public int? Face { get; init; }

    /// <summary>Corrected attributes, by name, in their units.</summary>
    public IReadOnlyDictionary<string, double> Attributes { get; init; } = new Dictionary<string, double>();

    /// <summary>The user's own attributes: name to value.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>Crop by hand: x and y of the left eye, the right eye and the mouth in pixels of the photo; null for the curator's.</summary>
    public IReadOnlyList<float>? Crop { get; init; }
}

/// <summary>A photo of an album.</summary>
/// <param name="Id">The photo.</param>
/// <param name="Name">File name.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Verdict">Null while it waits.</param>
/// <param name="Reason">The verdict in a sentence.</param>
/// <param name="ChosenFace">Index of the face taken for the person.</param>
/// <param name="Findings">What was found.</param>
/// <param name="Decisions">What the user decided.</param>
public sealed record PhotoView(Guid Id, string Name, int Width, int Height, PhotoVerdict? Verdict, string Reason, int? ChosenFace, PhotoFindings Findings, PhotoDecisions Decisions)
{
    /// <summary>True for photos that a training would learn from.</summary>
    public bool IsUsed => Verdict is PhotoVerdict.Used or PhotoVerdict.UsedByHand;
}

/// <summary>An album as its page shows it.</summary>
public sealed record AlbumView
{
    /// <summary>The album.</summary>
    public required Guid Id { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Who is shown.</summary>
    public required string Person { get; init; }

    /// <summary>Name of the owner; null for one's own.</summary>
    public string? Owner { get; init; }

    /// <summary>Only the owner changes an album; supervisors look.</summary>
    public bool MayChange => Owner is null;

    /// <summary>A synthetic person.</summary>
    public bool IsSample { get; init; }

    /// <summary>Null while nobody recorded it: training is refused.</summary>
    public ConsentEntry? Consent { get; init; }

    /// <summary>True when the consent holds today.</summary>
    public bool ConsentHolds { get; init; }

    /// <summary>The curator's sentence on the whole album; empty before the first curation.</summary>
    public string Outcome { get; init; } = "";

    /// <summary>Grows with every curation: part of the addresses of cut-out faces, which change with it.</summary>
    public int Revision { get; init; }

    /// <summary>True while photos wait for the curator.</summary>
    public bool IsCurating { get; init; }

    /// <summary>The model trained from it; null without one.</summary>
    public Guid? ModelId { get; init; }

    /// <summary>All photos in the order in which they came.</summary>
    public required IReadOnlyList<PhotoView> Photos { get; init; }
}
