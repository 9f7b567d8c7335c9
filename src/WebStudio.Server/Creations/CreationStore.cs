using System.Globalization;
using Microsoft.EntityFrameworkCore;
using WebStudio.Components.Access;
using WebStudio.Components.Creations;
using WebStudio.Gpu;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Gpu.Personalization;
using WebStudio.Server.Access;
using WebStudio.Server.Audit;
using WebStudio.Server.Data;
using WebStudio.Server.Jobs;
using WebStudio.Server.Models;
using WebStudio.Server.Storage;

namespace WebStudio.Server.Creations;

/// <summary>What the pages need that make things with a model.</summary>
internal sealed class CreationStore(IDbContextFactory<StudioDb> databases, CreationFiles files, ModelFiles models, CreationService service, CreationFeed feed, DeviceMeter meter, QueuePause pause, StorageQuota quota, AuditLog audit, TimeProvider time) : ICreations
{
    private const int MostName = 80, MostOpen = 8;

    public async Task<CreationModel?> ModelAsync(Viewer viewer, Guid model, Guid? version)
    {
        await using var db = await databases.CreateDbContextAsync();
        var row = await db.Models.AsNoTracking().VisibleTo(viewer).Include(m => m.Versions).Include(m => m.Album).FirstOrDefaultAsync(m => m.Id == model);
        return row?.Versions.Find(v => v.Id == (version ?? row.CurrentVersionId)) is { } shown ? Describe(row, shown, viewer) : null;
    }

    public async Task<(Guid? Creation, string? Refusal)> StartAsync<TRequest>(Viewer viewer, Guid version, Guid requestId, TRequest request, IReadOnlyList<CreationUpload> uploads) where TRequest : ICreationRequest
    {
        await using var db = await databases.CreateDbContextAsync();
        if (await SameRequestAsync(db, viewer, requestId) is { } started)
            return (started, null);
        if (await db.Versions.AsNoTracking().ChangeableBy(viewer).Include(v => v.Model!.Album).FirstOrDefaultAsync(v => v.Id == version) is not { } shown)
            return (null, "This version does not exist any more.");
        if (request.Refusal(Describe(shown.Model!, shown, viewer)) is { } refusal)
            return (null, refusal);
        if (await db.Creations.CountAsync(c => c.OwnerId == viewer.UserId && (c.State == CreationState.Queued || c.State == CreationState.Running)) >= MostOpen)
            return (null, $"{MostOpen} of your pictures wait already; come back when some are made.");
        if (await quota.RefusalAsync(db, viewer.UserId, 0) is { } full)
            return (null, full);
        var creation = new Creation
        {
            OwnerId = viewer.UserId,
            StudioId = viewer.StudioId,
            VersionId = version,
            RequestId = requestId,
            Kind = TRequest.Kind,
            Name = Clean(request.SuggestedName),
            Request = "",
            State = CreationState.Queued,
            CreatedAt = time.GetUtcNow(),
        };
        try
        {
            var kept = new List<KeptUpload>();
            foreach (var upload in uploads)
                kept.Add(await files.KeepAsync(creation, kept.Count, upload));
            creation.Request = CreationJson.Write(new KeptRequest<TRequest>(request, kept));
            creation.Bytes = files.Size(creation);
            db.Creations.Add(creation);
            await db.SaveChangesAsync();
        }
        catch (InvalidInputException e)
        {
            files.Delete(creation);
            return (null, e is FileNotWrittenException ? CreationFailure.Explain(e) : e.Message);
        }
        catch (DbUpdateException e) when (StudioDatabase.IsConstraint(e.InnerException))
        {
            // The second of two clicks at the same moment: the unique index let only one through.
            files.Delete(creation);
            await using var again = await databases.CreateDbContextAsync();
            if (await SameRequestAsync(again, viewer, requestId) is { } first)
                return (first, null);
            throw;
        }
        catch
        {
            files.Delete(creation);
            throw;
        }
        service.Wake();
        return (creation.Id, null);
    }

    public async Task<CreationView?> FindAsync(Viewer viewer, Guid creation)
    {
        await using var db = await databases.CreateDbContextAsync();
        if (await db.Creations.AsNoTracking().VisibleTo(viewer).FirstOrDefaultAsync(c => c.Id == creation) is not { } row)
            return null;
        await audit.ViewedAsync(viewer, row.OwnerId, "creation", creation);
        if (row.State != CreationState.Queued)
            return View(row, viewer);
        var account = await meter.ReadAsync(db);
        var queued = await db.Creations.AsNoTracking().Where(c => c.State == CreationState.Queued).ToListAsync();
        var ahead = FairShare.Order(queued, account.Seconds, c => c.OwnerId, c => c.CreatedAt).TakeWhile(c => c.Id != creation).Count()
            + await db.Creations.CountAsync(c => c.State == CreationState.Running);
        var held = await pause.FindAsync() is not null ? "An admin has stopped the queue; it goes on when it is started again."
            : account.FreeAt.TryGetValue(row.OwnerId, out var at) ? $"The day's share of the device is used up; it goes on at {at.UtcDateTime.ToString("d MMM, HH:mm", CultureInfo.InvariantCulture)} UTC."
            : "";
        return View(row, viewer) with { Ahead = ahead, Held = held };
    }

    public async Task<IReadOnlyList<CreationView>> ListAsync(Viewer viewer, Guid model, CreationKind kind)
    {
        await using var db = await databases.CreateDbContextAsync();
        var rows = await db.Creations.AsNoTracking().VisibleTo(viewer).Where(c => c.Version!.ModelId == model && c.Kind == kind).OrderByDescending(c => c.CreatedAt).ToListAsync();
        return [.. rows.Select(row => View(row, viewer))];
    }

    public async Task RenameAsync(Viewer viewer, Guid creation, string name)
    {
        await using var db = await databases.CreateDbContextAsync();
        await db.Creations.ChangeableBy(viewer).Where(c => c.Id == creation).ExecuteUpdateAsync(set => set.SetProperty(c => c.Name, Clean(name)));
    }

    public async Task MarkAsync(Viewer viewer, Guid creation, IReadOnlyList<int> starred)
    {
        var marks = string.Join(',', starred.Where(i => i >= 0).Distinct().Order().Select(i => i.ToString(CultureInfo.InvariantCulture)));
        await using var db = await databases.CreateDbContextAsync();
        await db.Creations.ChangeableBy(viewer).Where(c => c.Id == creation).ExecuteUpdateAsync(set => set.SetProperty(c => c.Starred, marks));
    }

    public async Task CancelAsync(Viewer viewer, Guid creation)
    {
        await using var db = await databases.CreateDbContextAsync();
        if (!await db.Creations.ChangeableBy(viewer).AnyAsync(c => c.Id == creation))
            return;
        if (await db.Creations.Where(c => c.Id == creation && c.State == CreationState.Queued).ExecuteUpdateAsync(set => set.SetProperty(c => c.State, CreationState.Cancelled)) == 0)
            service.Abort(creation);
        feed.Changed(creation);
    }

    public async Task RetryAsync(Viewer viewer, Guid creation)
    {
        await using var db = await databases.CreateDbContextAsync();
        if (await db.Creations.ChangeableBy(viewer).Where(c => c.Id == creation && (c.State == CreationState.Failed || c.State == CreationState.Cancelled))
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.State, CreationState.Queued).SetProperty(c => c.Error, "")) == 0)
            return;
        feed.Changed(creation);
        service.Wake();
    }

    public async Task DeleteAsync(Viewer viewer, Guid creation)
    {
        await using var db = await databases.CreateDbContextAsync();
        if (await db.Creations.ChangeableBy(viewer).FirstOrDefaultAsync(c => c.Id == creation) is not { } row)
            return;
        service.Abort(creation);
        var edits = await db.SavedEdits.Where(e => e.CreationId == creation).ToListAsync(); // they start from it
        db.SavedEdits.RemoveRange(edits);
        db.Creations.Remove(row);
        await db.SaveChangesAsync();
        files.Delete(row, edits);
        await audit.WriteAsync(viewer, AuditActions.Deleted, "creation", creation, row.Kind.ToString().ToLowerInvariant());
        feed.Changed(creation);
    }

    public IDisposable Watch(Guid creation, Action changed) => feed.Watch(creation, changed);

    private CreationModel Describe(Model model, ModelVersion version, Viewer viewer)
    {
        var folder = models.Version(version);
        var attributes = PersonalizedModel.Describe(folder).Attributes.Select(a => new ControlledAttribute(a.Name, a.Unit, a.Range.Minimum, a.Range.Maximum, a.Labels ?? []));
        return new(model.Id, model.Name, version.Id, version.Name, model.Album!.Person, BaseFolder.Open(folder).Description.Generator.ImgResolution, [.. attributes], model.OwnerId == viewer.UserId);
    }

    private CreationView View(Creation row, Viewer viewer)
    {
        var now = feed.Find(row.Id);
        return new()
        {
            Id = row.Id,
            Kind = row.Kind,
            Name = row.Name,
            VersionId = row.VersionId,
            State = row.State,
            Progress = row.State == CreationState.Running ? now?.Progress : null,
            Error = row.Error,
            MayChange = row.OwnerId == viewer.UserId,
            CreatedAt = row.CreatedAt,
            Request = row.Request,
            Result = row.Result.Length > 0 ? row.Result : now?.Result ?? "",
            Starred = [.. row.Starred.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(i => int.Parse(i, CultureInfo.InvariantCulture))],
        };
    }

    private static string Clean(string name) => name.Trim() is { Length: > 0 } given ? given[..Math.Min(MostName, given.Length)] : "Untitled";

    private static Task<Guid?> SameRequestAsync(StudioDb db, Viewer viewer, Guid request) =>
        db.Creations.Where(c => c.OwnerId == viewer.UserId && c.RequestId == request).Select(c => (Guid?)c.Id).FirstOrDefaultAsync();
}
