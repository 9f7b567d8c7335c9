using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using WebStudio.Components.Access;
using WebStudio.Gpu;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Gpu.Execution;
using WebStudio.Gpu.Imaging;
using WebStudio.Server.Access;
using WebStudio.Server.Audit;
using WebStudio.Server.Data;
using WebStudio.Server.Reviews;
using WebStudio.Server.Storage;

namespace WebStudio.Server.Editing;

/// <summary>Edits that users keep: a row with the sliders, and a small picture.</summary>
internal sealed class SavedEdits(IDbContextFactory<StudioDb> databases, DataFolders folders, GpuExecutor executor, StorageQuota quota, AuditLog audit, TimeProvider time)
{
    private const int MostName = 80;
    private static readonly JsonSerializerOptions WithNaN = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    private sealed record Sliders(string Start, double[] Values);

    public async Task<EditInfo[]> ListAsync(Viewer viewer, Guid model)
    {
        await using var db = await databases.CreateDbContextAsync();
        var rows = await db.SavedEdits.AsNoTracking().VisibleTo(viewer).Where(e => e.Version!.ModelId == model).OrderByDescending(e => e.CreatedAt)
            .Select(e => new { Edit = e, Last = db.Reviews.Where(r => r.EditId == e.Id).OrderByDescending(r => r.SentAt).FirstOrDefault() }).ToListAsync();
        return [.. rows.Select(r => Info(r.Edit, r.Last))]; // an array: MessagePack looks at what it is given, and knows no list that the compiler makes up
    }

    /// <summary>A kept edit; null when there is none for this viewer.</summary>
    public async Task<EditInfo?> FindAsync(Viewer viewer, Guid edit)
    {
        await using var db = await databases.CreateDbContextAsync();
        return await db.SavedEdits.AsNoTracking().VisibleTo(viewer).FirstOrDefaultAsync(e => e.Id == edit) is { } row ? Info(row, null) : null;
    }

    /// <exception cref="InvalidInputException">The version does not belong to the user.</exception>
    public async Task<EditInfo> SaveAsync(Viewer viewer, OpenSession session, string name, double[] values)
    {
        await using var db = await databases.CreateDbContextAsync();
        if (!await db.Versions.ChangeableBy(viewer).AnyAsync(v => v.Id == session.Version))
            throw new InvalidInputException("Only the owner of a model keeps edits of it.");
        var edit = new SavedEdit
        {
            OwnerId = viewer.UserId,
            StudioId = viewer.StudioId,
            VersionId = session.Version,
            CreationId = session.Start.Creation,
            Name = Clean(name),
            Coordinates = JsonSerializer.Serialize(new Sliders(session.Start.ToString(), values), WithNaN),
            CreatedAt = time.GetUtcNow(),
        };
        if (await quota.RefusalAsync(db, viewer.UserId, 0) is { } full)
            throw new InvalidInputException(full);
        var picture = await executor.Interactive(() => session.Encode(values, ImageFormat.WebP));
        try
        {
            AtomicFile.Write(Picture(edit), stream => stream.Write(picture));
        }
        catch (FileNotWrittenException e)
        {
            throw new InvalidInputException(DiskFull.Caused(e) ? $"The edit was not kept: {DiskFull.Sentence}" : "The edit was not kept: its file could not be written.", e);
        }
        db.SavedEdits.Add(edit);
        await db.SaveChangesAsync();
        return Info(edit, null);
    }

    public async Task RenameAsync(Viewer viewer, Guid edit, string name)
    {
        await using var db = await databases.CreateDbContextAsync();
        await db.SavedEdits.ChangeableBy(viewer).Where(e => e.Id == edit).ExecuteUpdateAsync(set => set.SetProperty(e => e.Name, Clean(name)));
    }

    public async Task DeleteAsync(Viewer viewer, Guid edit)
    {
        await using var db = await databases.CreateDbContextAsync();
        if (await db.SavedEdits.ChangeableBy(viewer).FirstOrDefaultAsync(e => e.Id == edit) is not { } row)
            return;
        db.SavedEdits.Remove(row);
        await db.SaveChangesAsync();
        Directory.Delete(Path.GetDirectoryName(Picture(row))!, recursive: true);
        await audit.WriteAsync(viewer, AuditActions.Deleted, "edit", edit);
    }

    /// <summary>The picture of an edit; null when there is none for this viewer.</summary>
    public async Task<string?> PictureAsync(Viewer viewer, Guid edit)
    {
        await using var db = await databases.CreateDbContextAsync();
        if (await db.SavedEdits.AsNoTracking().VisibleTo(viewer).Include(e => e.Version).FirstOrDefaultAsync(e => e.Id == edit) is not { } row || !File.Exists(Picture(row)))
            return null;
        await audit.ViewedAsync(viewer, row.OwnerId, "model", row.Version!.ModelId);
        return Picture(row);
    }

    private string Picture(SavedEdit edit) => Path.Combine(folders.Edit(edit.OwnerId, edit.Id), "picture.webp");

    private static string Clean(string name) => name.Trim() is { Length: > 0 } given ? given[..Math.Min(MostName, given.Length)] : "Edit";

    public static EditInfo Info(SavedEdit edit, Review? last)
    {
        var sliders = JsonSerializer.Deserialize<Sliders>(edit.Coordinates, WithNaN)!;
        return new(edit.Id, edit.Name, edit.VersionId, sliders.Start, sliders.Values, last?.Id, last?.State.ToString() ?? "");
    }
}
