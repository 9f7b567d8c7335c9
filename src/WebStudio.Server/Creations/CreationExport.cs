using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using WebStudio.Components.Access;
using WebStudio.Components.Creations;
using WebStudio.Gpu;
using WebStudio.Gpu.Imaging;
using WebStudio.Gpu.Imaging.Provenance;
using WebStudio.Gpu.Personalization;
using WebStudio.Server.Access;
using WebStudio.Server.Data;
using WebStudio.Server.Exports;
using WebStudio.Server.Models;

namespace WebStudio.Server.Creations;

/// <summary>What a creation leaves the studio as: pictures that say how they were made, and the parameters to make them again.</summary>
internal sealed class CreationExport(IDbContextFactory<StudioDb> databases, CreationFiles files, ModelFiles models, ExportGate gate)
{
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>A zip of portraits with parameters.json.</summary>
    /// <returns>The file and its name; null when there is no such creation for this viewer.</returns>
    /// <exception cref="InvalidInputException">Nothing can be exported of it, or the gate is closed; the message says why.</exception>
    public async Task<(byte[] Bytes, string Name)?> ZipAsync(Viewer viewer, Guid creation, bool starredOnly, bool label)
    {
        await using var db = await databases.CreateDbContextAsync();
        if (await db.Creations.AsNoTracking().VisibleTo(viewer).Include(c => c.Version).FirstOrDefaultAsync(c => c.Id == creation) is not { } row)
            return null;
        if (row is not { Kind: CreationKind.Portraits, State: CreationState.Ready })
            throw new InvalidInputException("Only portraits that are made can be exported as a zip.");
        var portraits = CreationJson.Read<PortraitsResult>(row.Result)!.Portraits;
        var starred = row.Starred.Split(',', StringSplitOptions.RemoveEmptyEntries).ToHashSet();
        var chosen = portraits.Select((p, n) => (Portrait: p, Number: n)).Where(p => !starredOnly || starred.Contains($"{p.Number}")).ToList();
        if (chosen.Count == 0)
            throw new InvalidInputException("No portrait is starred.");
        if (await gate.AskAsync(viewer, row.VersionId, $"{chosen.Count} portraits") is not { } permit)
            return null;
        var baseName = PersonalizedModel.Describe(models.Version(row.Version!)).Base;
        return (await Task.Run(() => Zip(row, chosen, permit, baseName, label)), $"{string.Concat(row.Name.Split(Path.GetInvalidFileNameChars()))}.zip");
    }

    /// <summary>One result of an enhancement, without loss: the face, or the whole photo with it.</summary>
    /// <returns>The file and its name; null when there is no such result for this viewer.</returns>
    /// <exception cref="InvalidInputException">The gate is closed; the message says why.</exception>
    public async Task<(byte[] Bytes, string Name)?> ResultAsync(Viewer viewer, Guid creation, int n, bool whole, bool label)
    {
        await using var db = await databases.CreateDbContextAsync();
        if (await db.Creations.AsNoTracking().VisibleTo(viewer).Include(c => c.Version).FirstOrDefaultAsync(c => c.Id == creation) is not { Kind: CreationKind.Enhancement, State: CreationState.Ready } row)
            return null;
        var (request, uploads) = CreationJson.Read<KeptRequest<EnhancementRequest>>(row.Request)!;
        var results = CreationJson.Read<EnhancementResult>(row.Result)!.Results;
        if (n < 0 || n >= results.Count || await gate.AskAsync(viewer, row.VersionId, $"photo {EnhancementRequest.Say(request.Damage)}") is not { } permit)
            return null;
        var file = whole ? results[n].Whole : results[n].Face;
        var provenance = CreationPictures.Made(row, permit, PersonalizedModel.Describe(models.Version(row.Version!)).Base).First(made => made.File == file).Provenance;
        var bytes = await Task.Run(() => ExportPermit.Encode(ImageFile.Read(Path.Combine(files.Folder(row), file)), ImageFormat.Png, provenance, label));
        return (bytes, $"{Path.GetFileNameWithoutExtension(uploads[0].Name)}-{EnhancementRequest.Say(request.Damage)}{(results.Count > 1 ? $"-{n + 1}" : "")}.png");
    }

    /// <summary>All that was made, for whoever takes everything of theirs along: files and what they are to say of their making.</summary>
    /// <param name="viewer">Who asks.</param>
    /// <param name="row">With its version.</param>
    /// <returns>Null when there is no such version for this viewer.</returns>
    /// <exception cref="InvalidInputException">The gate is closed; the message says why.</exception>
    public async Task<IReadOnlyList<(string File, PictureProvenance Provenance)>?> EverythingAsync(Viewer viewer, Creation row) =>
        row.State != CreationState.Ready ? []
        : await gate.AskAsync(viewer, row.VersionId, $"{row.Kind.ToString().ToLowerInvariant()}, with everything") is { } permit ? CreationPictures.Made(row, permit, PersonalizedModel.Describe(models.Version(row.Version!)).Base)
        : null;

    private byte[] Zip(Creation row, List<(Portrait Portrait, int Number)> chosen, ExportPermit permit, string baseName, bool label)
    {
        var request = CreationJson.Read<KeptRequest<PortraitsRequest>>(row.Request)!.Request;
        var made = CreationPictures.Made(row, permit, baseName).ToDictionary(m => m.File, m => m.Provenance);
        using var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (portrait, _) in chosen)
                Add(zip, Path.ChangeExtension(portrait.File, ".png"), ExportPermit.Encode(ImageFile.Read(Path.Combine(files.Folder(row), portrait.File)), ImageFormat.Png, made[portrait.File], label));
            Add(zip, "parameters.json", Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new
            {
                Model = permit.ModelName,
                Version = permit.Version.Id,
                request.Seed,
                request.Count,
                request.Distance,
                Wanted = request.Targets,
                Portraits = chosen.Select(c => new { File = Path.ChangeExtension(c.Portrait.File, ".png"), Number = c.Number + 1, c.Portrait.Values }),
            }, Indented)));
        }
        return memory.ToArray();
    }

    private static void Add(ZipArchive zip, string name, byte[] content)
    {
        using var entry = zip.CreateEntry(name, CompressionLevel.Optimal).Open();
        entry.Write(content);
    }
}
