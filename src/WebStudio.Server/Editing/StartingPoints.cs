using System.Numerics;
using Microsoft.EntityFrameworkCore;
using WebStudio.Components.Access;
using WebStudio.Components.Creations;
using WebStudio.Gpu;
using WebStudio.Gpu.Applications;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Gpu.Imaging;
using WebStudio.Gpu.Personalization;
using WebStudio.Server.Access;
using WebStudio.Server.Creations;
using WebStudio.Server.Data;
using WebStudio.Server.Models;
using static TorchSharp.torch;

namespace WebStudio.Server.Editing;

/// <summary>The whole photo that a face was cut from.</summary>
/// <param name="Path">The file.</param>
/// <param name="ToPhoto">Points of the crop to points of the photo.</param>
/// <param name="Sha256">Of the file.</param>
internal sealed record WholePhoto(string Path, Matrix3x2 ToPhoto, string Sha256);

/// <summary>A starting point that exists for whoever asked.</summary>
/// <param name="Open">Opens a session on the device thread, given the model and the number of free components.</param>
/// <param name="Photo">The photo that its face can be put back into; null where there is none.</param>
/// <param name="PhotoSha256">Of the photo it shows, as its owner has it; empty for portraits, and where it is not known any more.</param>
/// <param name="Seed">Of a portrait; null for photos.</param>
internal sealed record OpenStart(Func<PersonalizedModel, int, EditSession> Open, WholePhoto? Photo = null, string PhotoSha256 = "", int? Seed = null);

/// <summary>From the name of a starting point to a session on it, for whoever may see it.</summary>
internal sealed class StartingPoints(IDbContextFactory<StudioDb> databases, CreationFiles files, ModelFiles models)
{
    /// <summary>Looks a starting point up.</summary>
    /// <param name="viewer">Who asks.</param>
    /// <param name="version">The version whose model will be given.</param>
    /// <param name="point">Where to start.</param>
    /// <exception cref="InvalidInputException">There is no such creation for this viewer, or it is not ready; opening throws where there is no such photo or result.</exception>
    public async Task<OpenStart> FindAsync(Viewer viewer, Guid version, StartingPoint point)
    {
        await using var db = await databases.CreateDbContextAsync();
        if (point.Creation is not { } id)
            return point.IsPhoto
                ? new((model, free) => EditSession.FromPhoto(model, point.Number, free), PhotoSha256: await AlbumPhotoAsync(db, viewer, version, point.Number))
                : new((model, free) => EditSession.FromSeed(model, point.Number, free), Seed: point.Number);
        if (await db.Creations.AsNoTracking().VisibleTo(viewer).FirstOrDefaultAsync(c => c.Id == id && c.VersionId == version) is not { State: CreationState.Ready } creation)
            throw new InvalidInputException("What this edit starts from does not exist any more.");
        var folder = files.Folder(creation);
        return creation.Kind switch
        {
            CreationKind.Portraits => new((model, free) => FromCodes(Path.Combine(folder, PortraitsWork.CodesFile), point.Number, model, free), Seed: CreationJson.Read<KeptRequest<PortraitsRequest>>(creation.Request)!.Request.Seed),
            CreationKind.Photo => new(
                (model, free) => EditSession.FromPhoto(model, EditablePhoto.Load(Path.Combine(folder, PhotoEditWork.PhotoFile), model), ImageFile.Read(Path.Combine(folder, PhotoEditResult.Crop)), free),
                Whole(creation, folder), CreationJson.Read<KeptRequest<PhotoEditRequest>>(creation.Request)!.Uploads[0].Sha256),
            _ => throw new InvalidInputException("Nothing of this kind can be edited with sliders."),
        };
    }

    /// <summary>Hash of a photo of the album as it was uploaded: models know their photos by name.</summary>
    private async Task<string> AlbumPhotoAsync(StudioDb db, Viewer viewer, Guid version, int number)
    {
        if (await db.Versions.AsNoTracking().VisibleTo(viewer).Include(v => v.Model).FirstOrDefaultAsync(v => v.Id == version) is not { } row)
            return "";
        var photos = PersonalizedModel.Describe(models.Version(row)).Photos;
        var name = number < photos.Count ? photos[number].Name : "";
        return await db.Photos.Where(p => p.AlbumId == row.Model!.AlbumId && p.FileName == name).Select(p => p.UploadSha256).FirstOrDefaultAsync() ?? "";
    }

    private static WholePhoto Whole(Creation creation, string folder)
    {
        var upload = CreationJson.Read<KeptRequest<PhotoEditRequest>>(creation.Request)!.Uploads[0];
        var m = CreationJson.Read<PhotoEditResult>(creation.Result)!.ToPhoto.Select(v => (float)v).ToArray();
        return new(Path.Combine(folder, upload.File), new(m[0], m[1], m[2], m[3], m[4], m[5]), upload.Sha256);
    }

    private static EditSession FromCodes(string path, int number, PersonalizedModel model, int free)
    {
        using var scope = NewDisposeScope();
        var codes = SafetensorsFile.Read(path).Tensors[PortraitsWork.CodesName];
        return number < codes.shape[0] ? EditSession.FromCode(model, codes[number].to(model.Anchors.device), free) : throw new InvalidInputException($"There are {codes.shape[0]} portraits; there is no portrait {number + 1}.");
    }
}
