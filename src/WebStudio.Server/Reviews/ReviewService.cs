using System.Globalization;
using Microsoft.EntityFrameworkCore;
using WebStudio.Components;
using WebStudio.Components.Access;
using WebStudio.Components.Reviews;
using WebStudio.Gpu.Personalization;
using WebStudio.Server.Access;
using WebStudio.Server.Audit;
using WebStudio.Server.Data;
using WebStudio.Server.Editing;
using WebStudio.Server.Jobs;
using WebStudio.Server.Models;

namespace WebStudio.Server.Reviews;

/// <summary>Reviews: authors send versions, supervisors of the same studio decide, authors are told.</summary>
internal sealed class ReviewService(IDbContextFactory<StudioDb> databases, ModelFiles files, AuditLog audit, Notices notices, TimeProvider time) : IReviews
{
    private const int MostText = 2000, PageSize = 25;

    public async Task<string?> SendAsync(Viewer viewer, Guid version, string note)
    {
        await using var db = await databases.CreateDbContextAsync();
        return await db.Versions.AsNoTracking().ChangeableBy(viewer).Include(v => v.Model).FirstOrDefaultAsync(v => v.Id == version) is { } row
            ? await SendAsync(db, viewer, row, null, note)
            : "This version does not exist any more.";
    }

    public async Task<string?> SendEditAsync(Viewer viewer, Guid edit, string note)
    {
        await using var db = await databases.CreateDbContextAsync();
        return await db.SavedEdits.AsNoTracking().ChangeableBy(viewer).Include(e => e.Version!.Model).FirstOrDefaultAsync(e => e.Id == edit) is { } row
            ? await SendAsync(db, viewer, row.Version!, row, note)
            : "This edit does not exist any more.";
    }

    private async Task<string?> SendAsync(StudioDb db, Viewer viewer, ModelVersion version, SavedEdit? edit, string note)
    {
        var (kind, id, name) = edit is null ? ("version", version.Id, $"{version.Model!.Name}, {version.Name}") : ("edit", edit.Id, $"{version.Model!.Name}, {edit.Name}");
        var review = new Review { OwnerId = viewer.UserId, StudioId = version.StudioId, VersionId = version.Id, EditId = edit?.Id, State = ReviewState.Waiting, Note = Cut(note), SentAt = time.GetUtcNow() };
        await using (var transaction = await db.Database.BeginTransactionAsync()) // takes the writer's lock: of two clicks at the same moment the second finds the first
        {
            if (await db.Reviews.AnyAsync(r => r.VersionId == version.Id && r.EditId == (edit == null ? null : edit.Id) && r.State == ReviewState.Waiting))
                return "It waits for its review already."; // without its name: SignalR logs what a hub refuses
            db.Reviews.Add(review);
            await db.SaveChangesAsync();
            await transaction.CommitAsync();
        }
        await audit.WriteAsync(viewer, AuditActions.SentForReview, kind, id);
        var supervisors = await (from user in db.Users
                                 join link in db.UserRoles on user.Id equals link.UserId
                                 join role in db.Roles on link.RoleId equals role.Id
                                 where role.Name == StudioRoles.Supervisor && user.StudioId == version.StudioId && user.Id != viewer.UserId
                                 select user.Id).ToListAsync();
        foreach (var supervisor in supervisors)
            await notices.TellAsync(supervisor, $"{name}, waits for a review.", PageOf(review.Id));
        return null;
    }

    public async Task<Paged<ReviewView>> InboxAsync(Viewer viewer, bool decided, int page)
    {
        if (!viewer.IsSupervisor)
            return new([], 0, 0, 0);
        await using var db = await databases.CreateDbContextAsync();
        return await db.Reviews.Where(r => r.StudioId == viewer.StudioId && (decided ? r.State != ReviewState.Waiting : r.State == ReviewState.Waiting))
            .OrderByDescending(r => r.DecidedAt ?? r.SentAt).ThenBy(r => r.Id)
            .PageAsync<Review, ReviewView>(page, PageSize, async reviews => [.. (await Rows(db, reviews)).Select(r => View(r, viewer))]);
    }

    public async Task<ReviewDetail?> FindAsync(Viewer viewer, Guid review)
    {
        await using var db = await databases.CreateDbContextAsync();
        if ((await Rows(db, db.Reviews.Where(r => r.Id == review && (r.OwnerId == viewer.UserId || (viewer.IsSupervisor && r.StudioId == viewer.StudioId))))).FirstOrDefault() is not { } row)
            return null;
        await audit.ViewedAsync(viewer, row.Review.OwnerId, "review", review);
        var history = await Rows(db, db.Reviews.Where(r => r.VersionId == row.Review.VersionId && r.EditId == row.Review.EditId).OrderByDescending(r => r.SentAt));
        var version = row.Review.Version!;
        return new(View(row, viewer), ReportJson.Read(version.Report), TrainingPlanner.WithoutConsent(version.Model!.Album!, time), version.Model.Album!.Consent is { } c ? $"{c.GivenBy}{(c.Scope.Length > 0 ? $": {c.Scope}" : "")}" : "", [.. history.Select(h => View(h, viewer))], row.Review.Edit is { } edit ? Describe(edit, version) : null);
    }

    public async Task<IReadOnlyList<ReviewView>> OfModelAsync(Viewer viewer, Guid model)
    {
        await using var db = await databases.CreateDbContextAsync();
        if (!await db.Models.VisibleTo(viewer).AnyAsync(m => m.Id == model))
            return [];
        var rows = await Rows(db, db.Reviews.Where(r => r.Version!.ModelId == model && r.EditId == null).OrderByDescending(r => r.SentAt));
        return [.. rows.Select(r => View(r, viewer))];
    }

    public async Task<string?> DecideAsync(Viewer viewer, Guid review, ReviewState decision, string comment)
    {
        if (decision is not (ReviewState.Approved or ReviewState.SentBack or ReviewState.Rejected))
            return "A review is approved, sent back or rejected.";
        if (decision != ReviewState.Approved && comment.Trim().Length == 0)
            return "Say what is to be changed: the author sees it.";
        await using var db = await databases.CreateDbContextAsync();
        var row = viewer.IsSupervisor ? await db.Reviews.Include(r => r.Version!.Model).Include(r => r.Edit).FirstOrDefaultAsync(r => r.Id == review && r.StudioId == viewer.StudioId) : null;
        if (row is null)
            return "This review does not exist any more.";
        if (row.OwnerId == viewer.UserId)
            return "Nobody reviews their own work: another supervisor of the studio has to.";
        var (now, said) = (time.GetUtcNow(), Cut(comment));
        if (await db.Reviews.Where(r => r.Id == review && r.State == ReviewState.Waiting).ExecuteUpdateAsync(set => set
            .SetProperty(r => r.State, decision).SetProperty(r => r.Comment, said).SetProperty(r => r.DecidedAt, now).SetProperty(r => r.DecidedBy, viewer.UserId)) == 0)
            return "Somebody else has decided it meanwhile.";
        var (word, name) = (decision switch { ReviewState.Approved => AuditActions.Approved, ReviewState.SentBack => AuditActions.SentBack, _ => AuditActions.Rejected }, $"{row.Version!.Model!.Name}, {row.Edit?.Name ?? row.Version.Name}");
        await audit.WriteAsync(viewer, word, row.EditId is null ? "version" : "edit", row.EditId ?? row.VersionId);
        await notices.TellAsync(row.OwnerId, $"{name}, was {word}{(said.Length > 0 ? $": {said}" : ".")}", PageOf(review));
        return null;
    }

    public async Task<bool> ApprovalRequiredAsync(Viewer viewer)
    {
        await using var db = await databases.CreateDbContextAsync();
        return await db.Studios.Where(s => s.Id == viewer.StudioId).Select(s => s.ApprovalBeforeExport).FirstOrDefaultAsync();
    }

    public async Task RequireApprovalAsync(Viewer viewer, bool required)
    {
        if (!viewer.IsSupervisor)
            return;
        await using var db = await databases.CreateDbContextAsync();
        if (await db.Studios.Where(s => s.Id == viewer.StudioId && s.ApprovalBeforeExport != required).ExecuteUpdateAsync(set => set.SetProperty(s => s.ApprovalBeforeExport, required)) > 0)
            await audit.WriteAsync(viewer, AuditActions.SettingChanged, "studio", viewer.StudioId, required ? "approval before export" : "no approval before export");
    }

    private sealed record Row(Review Review, string Author, string? Supervisor);

    private static async Task<List<Row>> Rows(StudioDb db, IQueryable<Review> reviews) => [.. (await reviews.AsNoTracking().Include(r => r.Version!.Model!.Album).Include(r => r.Edit)
        .Select(r => new { Review = r, r.Version!.Model, r.Version.Model!.Album, r.Edit, Author = db.Users.Where(u => u.Id == r.OwnerId).Select(u => u.DisplayName).FirstOrDefault(), Supervisor = db.Users.Where(u => u.Id == r.DecidedBy).Select(u => u.DisplayName).FirstOrDefault() })
        .ToListAsync()).Select(r => new Row(r.Review, r.Author ?? "", r.Supervisor))];

    private static ReviewView View(Row row, Viewer viewer)
    {
        var (review, version) = (row.Review, row.Review.Version!);
        return new(review.Id, version.ModelId, version.Id, version.Model!.Name, version.Name, version.Model.Album!.Person, row.Author, review.State, review.Note, review.Comment, review.SentAt, review.DecidedAt, row.Supervisor ?? "",
            viewer.IsSupervisor && review.State == ReviewState.Waiting && review.OwnerId != viewer.UserId, review.EditId, review.Edit?.Name ?? "");
    }

    private ReviewedEdit Describe(SavedEdit edit, ModelVersion version)
    {
        var info = SavedEdits.Info(edit, null);
        var start = StartingPoint.Parse(info.Start);
        var attributes = PersonalizedModel.Describe(files.Version(version)).Attributes;
        var before = start.IsPhoto ? $"/files/versions/{version.Id}/album/{(start.Number + 1).ToString("D4", CultureInfo.InvariantCulture)}.png" : null;
        return new(edit.Id, before, [.. info.Values.Select((value, m) => (value, m)).Where(v => double.IsFinite(v.value)).Select(v =>
            v.m < attributes.Count ? new ReviewedValue(attributes[v.m].Name, v.value, attributes[v.m].Unit) : new($"Component {v.m - attributes.Count + 1}", v.value, ""))]);
    }

    /// <summary>Address of a review: notices of it lead there, and are found by it when it is erased.</summary>
    public static string PageOf(Guid review) => $"/reviews/{review}";

    private static string Cut(string text) => text.Trim() is var trimmed && trimmed.Length > MostText ? trimmed[..MostText] : trimmed;
}
