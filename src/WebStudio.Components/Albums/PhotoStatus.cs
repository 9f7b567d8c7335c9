using WebStudio.Gpu.Faces.Curation;

namespace WebStudio.Components.Albums;

/// <summary>What a photo's chip says.</summary>
internal static class PhotoStatus
{
    /// <summary>One or two words; the sentence is <see cref="PhotoView.Reason"/>.</summary>
    public static string Word(PhotoView photo) => photo.Verdict switch
    {
        null => photo.IsAnalysed ? "Looked at" : "Waiting",
        PhotoVerdict.Used or PhotoVerdict.UsedByHand => "Used",
        PhotoVerdict.RejectedByHand => "Left out",
        PhotoVerdict.Unreadable => "Unreadable",
        PhotoVerdict.NoFace => "No face",
        PhotoVerdict.OtherPerson => "Other person",
        PhotoVerdict.TooSmall => "Too small",
        PhotoVerdict.Unclear => "Turned away",
        PhotoVerdict.OutOfFrame => "Cut off",
        PhotoVerdict.Blurred => "Blurred",
        PhotoVerdict.Grayscale => "No colour",
        _ => "Near-duplicate",
    };

    /// <summary>The colour class of the chip.</summary>
    public static string Class(PhotoView photo) => photo.Verdict is null ? "waiting" : photo.IsUsed ? "used" : "aside";

    /// <summary>Where a photo is counted.</summary>
    public static bool Is(PhotoView photo, PhotoFilter filter) => filter switch
    {
        PhotoFilter.Used => photo.IsUsed,
        PhotoFilter.SetAside => photo.Verdict is not null && !photo.IsUsed,
        PhotoFilter.Waiting => photo.Verdict is null,
        _ => true,
    };
}

/// <summary>Which photos of an album are shown.</summary>
internal enum PhotoFilter
{
    /// <summary>All of them.</summary>
    All,

    /// <summary>Those that go into a model.</summary>
    Used,

    /// <summary>Those that do not.</summary>
    SetAside,

    /// <summary>Those that were not decided on yet.</summary>
    Waiting,
}
