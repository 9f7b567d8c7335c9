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
internal sealed record OpenStart(Func<PersonalizedModel, int, EditSession> Open, WholePhoto? Photo = null);

/// <summary>From the name of a starting point to a session on it, for whoever may see it.</summary>
internal sealed class StartingPoints(IDbContextFactory<StudioDb> databases, CreationFiles files)
{
    /// <summary>Looks a starting point up.</summary>
    /// <param name="viewer">Who asks.</param>
    /// <param name="version">The version whose model will be given.</param>
    /// <param name="point">Where to start.</param>
    /// <exception cref="InvalidInputException">There is no such creation for this viewer, or it is not ready; opening throws where there is no such photo or result.</exception>
    public async Task<OpenStart> FindAsync(Viewer viewer, Guid version, StartingPoint point)
    {
        if (point.Creation is not { } id)
            return new((model, free) => point.IsPhoto ? EditSession.FromPhoto(model, point.Number, free) : EditSession.FromSeed(model, point.Number, free));
        await using var db = await databases.CreateDbContextAsync();
        if (await db.Creations.AsNoTracking().VisibleTo(viewer).FirstOrDefaultAsync(c => c.Id == id && c.VersionId == version) is not { State: CreationState.Ready } creation)
            throw new InvalidInputException("What this edit starts from does not exist any more.");
        var folder = files.Folder(creation);
        return creation.Kind switch
        {
            CreationKind.Portraits => new((model, free) => FromCodes(Path.Combine(folder, PortraitsWork.CodesFile), point.Number, model, free)),
            CreationKind.Photo => new(
                (model, free) => EditSession.FromPhoto(model, EditablePhoto.Load(Path.Combine(folder, PhotoEditWork.PhotoFile), model), ImageFile.Read(Path.Combine(folder, PhotoEditResult.Crop)), free),
                Whole(creation, folder)),
            _ => throw new InvalidInputException("Nothing of this kind can be edited with sliders."),
        };
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
