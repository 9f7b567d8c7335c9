using System.Numerics;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using WebStudio.Components.Albums;
using WebStudio.Gpu;
using WebStudio.Gpu.Faces;
using WebStudio.Gpu.Faces.Curation;
using WebStudio.Gpu.Imaging;
using WebStudio.Server.Data;
using CuratedAlbum = WebStudio.Gpu.Faces.Curation.Album;

namespace WebStudio.Server.Albums;

/// <summary>Decides over an album from stored analyses and the user's decisions; touches no device.</summary>
internal sealed class AlbumDecider(IDbContextFactory<StudioDb> databases, PhotoFiles files)
{
    /// <summary>The decisions, and the photos they are about by name. Photos that nobody looked at yet are left out.</summary>
    /// <param name="albumId">The album.</param>
    /// <param name="alignment">How used faces are cut out.</param>
    /// <param name="progress">Told after every photo.</param>
    /// <param name="cancel">Stops between two photos.</param>
    /// <exception cref="InvalidInputException">The album is gone.</exception>
    public async Task<(Album Row, CuratedAlbum Album, IReadOnlyDictionary<string, Photo> Photos)> DecideAsync(Guid albumId, FfhqAlignmentOptions alignment, IProgress<CurationProgress>? progress = null, CancellationToken cancel = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        var row = await db.Albums.AsNoTracking().Include(a => a.Photos.Where(p => p.IsAnalysed).OrderBy(p => p.UploadedAt)).FirstOrDefaultAsync(a => a.Id == albumId, cancel)
            ?? throw new InvalidInputException("The album was deleted.");
        var photos = row.Photos.ToDictionary(p => p.FileName, StringComparer.Ordinal);
        var curated = await Task.Run(() => Curate(row, photos, alignment, progress, cancel), cancel);
        return (row, curated, photos);
    }

    private CuratedAlbum Curate(Album row, Dictionary<string, Photo> photos, FfhqAlignmentOptions alignment, IProgress<CurationProgress>? progress, CancellationToken cancel)
    {
        var curator = new AlbumCurator(photo => Faces(row, photos[photo.Name]), new() { Alignment = alignment });
        var overrides = new Dictionary<string, PhotoOverride>(StringComparer.Ordinal);
        foreach (var photo in row.Photos)
            if (Override(photo, files.ReadAnalysis(row, photo.Id)?.Faces.Count ?? 0) is { } decided)
                overrides[photo.FileName] = decided;
        return curator.Curate([.. row.Photos.Select(p => new AlbumPhoto(p.FileName, () => ImageFile.Read(files.Original(row, p))))], new(overrides), progress, cancel);
    }

    private IReadOnlyList<FaceObservation> Faces(Album row, Photo photo)
    {
        var analysis = files.ReadAnalysis(row, photo.Id);
        return analysis?.Error is { } error ? throw new InvalidInputException(error) : analysis?.ToObservations() ?? [];
    }

    private static PhotoOverride? Override(Photo photo, int faces)
    {
        if (photo.Decisions.Length == 0)
            return null;
        var decisions = JsonSerializer.Deserialize<PhotoDecisions>(photo.Decisions)!;
        return new()
        {
            Use = decisions.Use,
            Face = decisions.Face is { } face && face < faces ? face : null,
            Attributes = decisions.Attributes.ToDictionary(a => Enum.Parse<FaceAttribute>(a.Key, ignoreCase: true), a => a.Value),
            Tags = decisions.Tags,
            Crop = decisions.Crop is [var lx, var ly, var rx, var ry, var mx, var my] ? new(new(lx, ly), new(rx, ry), new Vector2(mx, my)) : null,
        };
    }
}
