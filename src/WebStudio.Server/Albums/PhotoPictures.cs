using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using WebStudio.Gpu;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Gpu.Faces;
using WebStudio.Gpu.Faces.Curation;
using WebStudio.Gpu.Imaging;
using WebStudio.Server.Storage;

namespace WebStudio.Server.Albums;

/// <summary>A picture file to send.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="MediaType">What it is.</param>
/// <param name="Tag">Changes with its content.</param>
internal readonly record struct PictureFile(string Path, string MediaType, string Tag);

/// <summary>The pictures of a photo: itself, small, and the person's face cut out, which is made when it is first asked for.</summary>
internal sealed class PhotoPictures(DataFolders folders, PhotoAnalyses analyses, PictureDecoding decoding, IOptions<AlbumOptions> options)
{
    private const string WebP = "image/webp";

    /// <summary>A picture of a photo the asker may look at; null where there is none.</summary>
    /// <param name="photo">With its album.</param>
    /// <param name="kind">thumb, full or face.</param>
    /// <param name="cancel">Breaks off.</param>
    public async Task<PictureFile?> FindAsync(Photo photo, string kind, CancellationToken cancel)
    {
        var place = PhotoPlace.Of(folders, photo.Album!.OwnerId, photo.AlbumId, photo.Id);
        var picture = kind switch
        {
            "thumb" => new(place.Thumb, WebP, photo.Sha256[..32]),
            "full" => new(place.Photo, photo.ContentType, photo.Sha256[..32]),
            _ => await FaceAsync(place, photo, cancel),
        };
        return picture is { } found && File.Exists(found.Path) ? found : null;
    }

    private async Task<PictureFile?> FaceAsync(PhotoPlace place, Photo photo, CancellationToken cancel)
    {
        var decision = PhotoOverride.Parse(photo.Decisions, photo.FileName);
        if (decision.Crop is null && (photo.ChosenFace is null || !photo.IsAnalysed))
            return null;
        var cut = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{photo.ChosenFace} {decision.Crop}")))[..16];
        var path = place.Face(cut);
        try
        {
            if (!File.Exists(path))
                await CutAsync(place, photo, decision.Crop, path, cancel);
        }
        catch (InvalidInputException)
        {
            return null; // the face lies outside the photo
        }
        return new(path, WebP, cut);
    }

    private async Task CutAsync(PhotoPlace place, Photo photo, FacePoints? points, string path, CancellationToken cancel)
    {
        var face = points is null && await analyses.ReadAsync(place, cancel) is { } analysis && photo.ChosenFace < analysis.Faces.Count ? analysis.Faces[photo.ChosenFace.Value].Observation : null;
        await decoding.RunAsync(
            () =>
            {
                var decision = new PhotoDecision { Name = photo.FileName, Verdict = PhotoVerdict.Used, Reason = "", Faces = face is null ? [] : [face], ChosenFace = face is null ? null : 0, Crop = points };
                var aligned = decision.CutOut(ImageFile.Read(place.Photo, options.Value.Stored), new FfhqAlignmentOptions());
                place.DeleteFaces();
                AtomicFile.Write(path, stream => stream.Write(ImageEncoder.Encode(aligned.Image, ImageFormat.WebP)));
                return true;
            },
            cancel);
    }
}
