namespace WebStudio.Gpu.Faces.Curation;

/// <summary>Goes through an album of one person in one go: every photo is analysed, the album decided on, the faces in use cut out. Photos are read one at a time (twice, if used).</summary>
/// <param name="analyzer">Finds and measures faces; stays the caller's.</param>
/// <param name="options">Thresholds; null: as they are without any setting.</param>
public sealed class AlbumCurator(FaceAnalyzer analyzer, CurationOptions? options = null)
{
    private readonly CurationOptions _options = options ?? new();

    /// <summary>Decides on every photo.</summary>
    /// <param name="photos">The album; names must be unique.</param>
    /// <param name="overrides">The user's own decisions, which come before everything else.</param>
    /// <param name="progress">Told after every photo.</param>
    /// <param name="cancellation">Stops between two photos.</param>
    /// <exception cref="InvalidInputException">The overrides name a photo or a face that is not there.</exception>
    /// <exception cref="OperationCanceledException">Stopped.</exception>
    public Album Curate(IReadOnlyList<AlbumPhoto> photos, CurationOverrides? overrides = null, IProgress<CurationProgress>? progress = null, CancellationToken cancellation = default)
    {
        overrides ??= CurationOverrides.None;
        overrides.RequireIn([.. photos.Select(p => p.Name)]);
        var analysed = new List<AnalysedPhoto>(photos.Count);
        foreach (var photo in photos)
        {
            cancellation.ThrowIfCancellationRequested();
            analysed.Add(new(photo.Name, Analyse(photo, overrides.Photos.GetValueOrDefault(photo.Name) ?? new())));
            progress?.Report(new(analysed.Count, photos.Count, "analysing", photo.Name));
        }
        var album = new AlbumDecider(_options).Decide(analysed, overrides);
        return _options.Alignment is { } alignment ? album.CutOut(photos, alignment, progress, cancellation) : album;
    }

    private PhotoAnalysis Analyse(AlbumPhoto photo, PhotoOverride byHand)
    {
        if (byHand.Use == false)
            return PhotoAnalysis.None;
        try
        {
            var picture = photo.Read();
            return PhotoAnalysis.Of(picture, PhotoFaces.Find(analyzer, picture, byHand.Crop));
        }
        catch (InvalidInputException e)
        {
            return PhotoAnalysis.Unreadable(e.Message);
        }
    }
}
