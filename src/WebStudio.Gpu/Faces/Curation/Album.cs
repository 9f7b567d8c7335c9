using WebStudio.Gpu.Imaging;

namespace WebStudio.Gpu.Faces.Curation;

/// <summary>A curated album: one decision for every photo, in the album's order.</summary>
/// <param name="Photos">The decisions.</param>
/// <param name="PersonFound">Whether one person could be made out; if not, <paramref name="Outcome"/> says why and no photo is used but those forced by hand.</param>
/// <param name="Outcome">The album in a sentence.</param>
public sealed record Album(IReadOnlyList<PhotoDecision> Photos, bool PersonFound, string Outcome)
{
    /// <summary>The photos in use.</summary>
    public IEnumerable<PhotoDecision> Used => Photos.Where(p => p.IsUsed);

    /// <summary>The photos left out.</summary>
    public IEnumerable<PhotoDecision> Rejected => Photos.Where(p => !p.IsUsed);

    /// <summary>The album with the faces in use cut out. Photos are read one at a time, so memory does not grow with their size.</summary>
    /// <param name="photos">How to read each photo that was decided on.</param>
    /// <param name="alignment">Size and crop, as the base generator wants them.</param>
    /// <param name="progress">Told after every photo.</param>
    /// <param name="cancellation">Stops between two photos.</param>
    /// <exception cref="OperationCanceledException">Stopped.</exception>
    public Album CutOut(IReadOnlyList<AlbumPhoto> photos, FfhqAlignmentOptions alignment, IProgress<CurationProgress>? progress = null, CancellationToken cancellation = default)
    {
        var read = photos.ToDictionary(p => p.Name, p => p.Read, StringComparer.Ordinal);
        var done = Photos.Count - Used.Count();
        var cut = new List<PhotoDecision>(Photos.Count);
        foreach (var photo in Photos)
        {
            cancellation.ThrowIfCancellationRequested();
            cut.Add(photo.IsUsed ? CutOut(photo, read[photo.Name], alignment) : photo);
            if (photo.IsUsed)
                progress?.Report(new(++done, Photos.Count, "cutting out", photo.Name));
        }
        return this with { Photos = cut };
    }

    private static PhotoDecision CutOut(PhotoDecision photo, Func<RgbImage> read, FfhqAlignmentOptions alignment)
    {
        try
        {
            return photo with { Aligned = photo.CutOut(read(), alignment) };
        }
        catch (InvalidInputException e)
        {
            return photo with { Verdict = PhotoVerdict.OutOfFrame, Reason = e.Message };
        }
    }
}

/// <summary>How far a curation is.</summary>
/// <param name="Done">Photos finished in this step.</param>
/// <param name="Total">Photos of the album.</param>
/// <param name="Step">What is being done: "analysing" or "cutting out".</param>
/// <param name="Photo">The photo just finished.</param>
public readonly record struct CurationProgress(int Done, int Total, string Step, string Photo);
