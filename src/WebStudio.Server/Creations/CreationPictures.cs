using WebStudio.Components.Creations;
using WebStudio.Gpu.Imaging.Provenance;
using WebStudio.Server.Exports;

namespace WebStudio.Server.Creations;

/// <summary>What lies in a creation's folder: what its owner brought, and what was made, with how.</summary>
internal static class CreationPictures
{
    /// <summary>Pictures that came with the wish.</summary>
    public static IReadOnlyList<KeptUpload> Uploads(Creation creation) => creation.Kind switch
    {
        CreationKind.Portraits => [],
        CreationKind.Photo => CreationJson.Read<KeptRequest<PhotoEditRequest>>(creation.Request)?.Uploads ?? [],
        CreationKind.Enhancement => CreationJson.Read<KeptRequest<EnhancementRequest>>(creation.Request)?.Uploads ?? [],
        _ => CreationJson.Read<KeptRequest<ComparisonRequest>>(creation.Request)?.Uploads ?? [],
    };

    /// <summary>Files that were made with the model, each with what it says of its making; none before it is ready.</summary>
    /// <param name="creation">The creation.</param>
    /// <param name="permit">The right to let them out.</param>
    /// <param name="baseName">Name of the base model.</param>
    public static IReadOnlyList<(string File, PictureProvenance Provenance)> Made(Creation creation, ExportPermit permit, string baseName)
    {
        if (creation.State != CreationState.Ready)
            return [];
        if (creation.Kind == CreationKind.Portraits)
        {
            var seed = CreationJson.Read<KeptRequest<PortraitsRequest>>(creation.Request)!.Request.Seed;
            return [.. CreationJson.Read<PortraitsResult>(creation.Result)!.Portraits.Select(p => (p.File, permit.Provenance(DigitalSource.TrainedAlgorithmicMedia, "portrait", baseName) with { Seed = seed, Coordinates = p.Values }))];
        }
        var photo = Uploads(creation) is [var first, ..] ? first.Sha256 : "";
        PictureProvenance Composite(string method) => permit.Provenance(DigitalSource.CompositeWithTrainedAlgorithmicMedia, method, baseName) with { PhotoSha256 = photo };
        if (creation.Kind == CreationKind.Enhancement)
        {
            var request = CreationJson.Read<KeptRequest<EnhancementRequest>>(creation.Request)!.Request;
            return [.. CreationJson.Read<EnhancementResult>(creation.Result)!.Results.SelectMany((result, n) =>
            {
                var provenance = Composite(EnhancementRequest.Say(request.Damage)) with { Coordinates = request.Results[n].Where(w => w.Label is null).ToDictionary(w => w.Attribute, w => w.Minimum) };
                return ((string[])[result.Face, result.Whole]).Distinct().Select(file => (file, provenance));
            })];
        }
        return creation.Kind == CreationKind.Photo
            ? [(PhotoEditResult.Reconstruction, Composite("reconstruction"))]
            : [.. CreationJson.Read<ComparisonResult>(creation.Result)!.Rows.SelectMany(row => row.Edited.Prepend(row.Unedited).OfType<ComparisonPicture>().Select(picture => (picture.File, Composite(row.Method))))];
    }
}
