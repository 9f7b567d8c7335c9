using WebStudio.Gpu.Imaging;

namespace WebStudio.Gpu.Faces.Curation;

/// <summary>Why a photo is used or not.</summary>
public enum PhotoVerdict
{
    /// <summary>Used: the person, clear enough.</summary>
    Used,

    /// <summary>Used because the user said so.</summary>
    UsedByHand,

    /// <summary>Left out because the user said so.</summary>
    RejectedByHand,

    /// <summary>The file could not be read as a picture.</summary>
    Unreadable,

    /// <summary>No face was found.</summary>
    NoFace,

    /// <summary>The person is not in it.</summary>
    OtherPerson,

    /// <summary>The person's face is smaller than asked for.</summary>
    TooSmall,

    /// <summary>The face is turned away or covered too far to be measured.</summary>
    Unclear,

    /// <summary>Eyes or mouth lie outside the photo.</summary>
    OutOfFrame,

    /// <summary>The face is blurred.</summary>
    Blurred,

    /// <summary>The photo has no colour.</summary>
    Grayscale,

    /// <summary>Another photo of the album shows nearly the same picture, and shows it better.</summary>
    NearDuplicate,
}

/// <summary>What was decided on one photo of an album, and from what.</summary>
public sealed record PhotoDecision
{
    /// <summary>The photo's name in the album.</summary>
    public required string Name { get; init; }

    /// <summary>Used, or why not.</summary>
    public required PhotoVerdict Verdict { get; init; }

    /// <summary>The verdict in a sentence, with its numbers.</summary>
    public required string Reason { get; init; }

    /// <summary>True for <see cref="PhotoVerdict.Used"/> and <see cref="PhotoVerdict.UsedByHand"/>.</summary>
    public bool IsUsed => Verdict is PhotoVerdict.Used or PhotoVerdict.UsedByHand;

    /// <summary>All faces found, best detection first.</summary>
    public IReadOnlyList<FaceObservation> Faces { get; init; } = [];

    /// <summary>Index in <see cref="Faces"/> of the face taken for the person, or null.</summary>
    public int? ChosenFace { get; init; }

    /// <summary>The face taken for the person, or null.</summary>
    public FaceObservation? Face => ChosenFace is { } i ? Faces[i] : null;

    /// <summary>Attributes of the chosen face; values set by hand have confidence 1. Empty without a chosen face.</summary>
    public IReadOnlyDictionary<FaceAttribute, AttributeReading> Attributes { get; init; } = new Dictionary<FaceAttribute, AttributeReading>();

    /// <summary>The user's tags on the photo, by name.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>Mean embedding distance of the chosen face from the reference faces nearest to it; null where there is none.</summary>
    public double? PersonDistance { get; init; }

    /// <summary>Sharpness and colour of the chosen face; null where none was cut out.</summary>
    public PictureQuality? Quality { get; init; }

    /// <summary>Points set by hand by which the face is cut out instead of by its landmarks; null where it was left to the program.</summary>
    public FacePoints? Crop { get; init; }

    /// <summary>The chosen face cut out, for photos in use; null otherwise, or when no alignment was asked for.</summary>
    public AlignedFace? Aligned { get; init; }

    /// <summary>Cuts the person's face out of the photo, whether it is in use or not.</summary>
    /// <param name="photo">The photo that was decided on.</param>
    /// <param name="alignment">Size and crop.</param>
    /// <exception cref="InvalidInputException">No face is chosen in it, or the face lies outside the photo.</exception>
    public AlignedFace CutOut(RgbImage photo, FfhqAlignmentOptions alignment)
    {
        if (Crop is { } points)
            return FfhqAlignment.Align(photo, points, alignment);
        return FfhqAlignment.Align(photo, (Face ?? throw new InvalidInputException($"No face is chosen in {Name}.")).ToPixelIndices(), alignment);
    }
}
