using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using WebStudio.Components.Access;
using WebStudio.Components.Creations;
using WebStudio.Components.Reviews;
using WebStudio.Components.Training;
using WebStudio.Gpu.Faces;
using WebStudio.Gpu.Faces.Curation;
using WebStudio.Server.Accounts;
using WebStudio.Server.Albums;
using WebStudio.Server.Audit;
using WebStudio.Server.Creations;
using WebStudio.Server.Data;
using WebStudio.Server.Editing;
using WebStudio.Server.Jobs;
using WebStudio.Server.Models;
using WebStudio.Server.Reviews;
using WebStudio.Server.Tests.Editing;
using Album = WebStudio.Server.Albums.Album;

namespace WebStudio.Benchmarks.LargeStudio;

/// <summary>
/// Rows of a studio that has worked for years, all of it in one studio, which is the worst for its supervisors: models evenly among the people, an album without a model to every ten, one to four versions a model with a job each,
/// creations, kept edits, reviews decided and waiting, notices, an audit log, and a queue. Rows only: there are no files.
/// </summary>
internal sealed class StudioRows(IDbContextFactory<StudioDb> databases, Guid studio)
{
    private const int Chunk = 2000, QueuedEvery = 40, WaitingEvery = 30, AuditEntriesOfModel = 25, NoticesOfPerson = 20;
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;

    private readonly Random _random = new(1);

    /// <summary>Writes everything.</summary>
    /// <param name="known">Accounts that are there already: they get as much as the others.</param>
    /// <param name="people">Accounts in all.</param>
    /// <param name="models">Models.</param>
    /// <param name="photos">Photos, spread over the albums.</param>
    public async Task FillAsync(IReadOnlyList<string> known, int people, int models, int photos)
    {
        List<StudioUser> added = [.. Enumerable.Range(known.Count, people - known.Count).Select(Person)];
        await WriteAsync(added);
        await WithRolesAsync(added);
        string[] owners = [.. known, .. added.Select(p => p.Id)];
        List<Album> albums = [.. Enumerable.Range(0, models + models / 10).Select(n => NewAlbum(owners[n % owners.Length], n))];
        await WriteAsync(albums);
        await WriteAsync(albums.SelectMany((album, a) => Enumerable.Range(0, photos / albums.Count + (a < photos % albums.Count ? 1 : 0)).Select(n => NewPhoto(album, n))));
        List<Model> lines = [.. albums.Take(models).Select((album, n) => new Model { OwnerId = album.OwnerId, StudioId = studio, AlbumId = album.Id, Name = $"{album.Person}, {n}", CreatedAt = album.CreatedAt })];
        await WriteAsync(lines);
        await WriteAsync(lines.SelectMany((model, n) => Enumerable.Range(1, 1 + n % 4).SelectMany(number => Trained(model, number, number == 1 + n % 4))));
        await WriteAsync(lines.Where((_, n) => n % QueuedEvery == 0).Select(model => NewJob(model, JobState.Queued)));
        await CurrentAsync();
        await WriteAsync(Enumerable.Range(0, models * AuditEntriesOfModel).Select(n => new AuditEntry { At = Now.AddMinutes(-n), ActorId = owners[n % owners.Length], StudioId = studio, Action = AuditActions.All[n % AuditActions.All.Count], Subject = "album", SubjectId = albums[n % albums.Count].Id }));
        await WriteAsync(owners.SelectMany(owner => Enumerable.Range(0, NoticesOfPerson).Select(n => new Notice { UserId = owner, Text = "Lea, Version 1, was approved.", Href = "/reviews", At = Now.AddHours(-n), ReadAt = n > 2 ? Now : null })));
        await WriteAsync(owners.SelectMany(owner => Enumerable.Range(0, 12).Select(n => new DeviceUse { OwnerId = owner, Hour = (int)(Now - DateTimeOffset.UnixEpoch).TotalHours - 2 * n, Seconds = _random.Next(600) })));
    }

    private StudioUser Person(int n) => new()
    {
        UserName = $"person{n}@example.org",
        NormalizedUserName = $"PERSON{n}@EXAMPLE.ORG",
        Email = $"person{n}@example.org",
        NormalizedEmail = $"PERSON{n}@EXAMPLE.ORG",
        SecurityStamp = Guid.NewGuid().ToString(),
        DisplayName = $"Person {n}",
        StudioId = studio,
        CreatedAt = Now.AddDays(-n),
    };

    private Album NewAlbum(string owner, int n) => new()
    {
        OwnerId = owner,
        StudioId = studio,
        Name = $"Album {n}",
        Person = $"Somebody {n}",
        CreatedAt = Now.AddHours(-_random.Next(24 * 365 * 3)),
        Consent = new() { GivenBy = $"Somebody {n}", Scope = "a model of me", RecordedAt = Now },
        Outcome = "82 of 90 photos are used.",
        Revision = 1,
        CuratedRevision = 1,
    };

    private Photo NewPhoto(Album album, int n) => new()
    {
        AlbumId = album.Id,
        FileName = $"IMG_{n:0000}.jpg",
        UploadSha256 = Convert.ToHexStringLower(Guid.NewGuid().ToByteArray()) + Convert.ToHexStringLower(Guid.NewGuid().ToByteArray()),
        Sha256 = Convert.ToHexStringLower(Guid.NewGuid().ToByteArray()) + Convert.ToHexStringLower(Guid.NewGuid().ToByteArray()),
        ContentType = "image/jpeg",
        Bytes = 2_500_000,
        Width = 4000,
        Height = 3000,
        UploadedAt = album.CreatedAt.AddSeconds(n),
        IsAnalysed = true,
        Verdict = n % 10 == 9 ? PhotoVerdict.NoFace : PhotoVerdict.Used,
        Reason = n % 10 == 9 ? "There is no face in it." : "",
        ChosenFace = n % 10 == 9 ? null : 0,
        Findings = n % 10 == 9 ? "" : new PhotoFindings([[1200, 800, 900, 900]], Enum.GetValues<FaceAttribute>().ToDictionary(a => a, _ => (double[])[_random.Next(-30, 30), 0.9]), [1000, 600, 2200, 600, 2200, 1800, 1000, 1800]).ToJson(),
    };

    /// <summary>A version with the job that made it and, for the last one of a model, what was made with it.</summary>
    private IEnumerable<object> Trained(Model model, int number, bool last)
    {
        var job = NewJob(model, number % 4 == 3 ? JobState.Failed : JobState.Succeeded);
        yield return job;
        var version = new ModelVersion { OwnerId = model.OwnerId, StudioId = studio, ModelId = model.Id, Number = number, Name = $"Version {number}", CreatedAt = model.CreatedAt.AddDays(number), Bytes = 41_000_000, Sha256 = "", Report = ReportJson.Write(SmallModel.Report), Attributes = "yaw,smile", JobId = job.Id };
        yield return version;
        if (!last)
            yield break;
        for (var n = 0; n < 3; n++)
            yield return new Creation { OwnerId = model.OwnerId, StudioId = studio, VersionId = version.Id, RequestId = Guid.NewGuid(), Kind = CreationKind.Portraits, Name = "12 portraits", Request = "{}", State = CreationState.Ready, CreatedAt = version.CreatedAt };
        for (var n = 0; n < 2; n++)
            yield return new SavedEdit { OwnerId = model.OwnerId, StudioId = studio, VersionId = version.Id, Name = $"Edit {n}", Coordinates = """{"Start":"photo:0","Values":[10,50]}""", CreatedAt = version.CreatedAt };
        var waits = _random.Next(WaitingEvery) == 0;
        yield return new Review { OwnerId = model.OwnerId, StudioId = studio, VersionId = version.Id, State = waits ? ReviewState.Waiting : ReviewState.Approved, Note = "Please look at the smile.", SentAt = version.CreatedAt, DecidedAt = waits ? null : version.CreatedAt.AddDays(1) };
    }

    private Job NewJob(Model model, JobState state) => new()
    {
        OwnerId = model.OwnerId,
        StudioId = studio,
        RequestId = Guid.NewGuid(),
        AlbumId = model.AlbumId,
        ModelId = model.Id,
        Request = System.Text.Json.JsonSerializer.Serialize(new TrainingRequest { RequestId = Guid.NewGuid(), AlbumId = model.AlbumId, Attributes = [new("yaw", null), new("smile", null)] }),
        State = state,
        Error = state == JobState.Failed ? "The training ran away." : "",
        DeviceSeconds = 900,
        CreatedAt = model.CreatedAt,
    };

    private async Task WriteAsync(IEnumerable<object> rows)
    {
        foreach (var chunk in rows.Chunk(Chunk))
        {
            await using var db = await databases.CreateDbContextAsync();
            db.ChangeTracker.AutoDetectChangesEnabled = false;
            db.AddRange(chunk);
            await db.SaveChangesAsync();
        }
    }

    private async Task WithRolesAsync(IReadOnlyList<StudioUser> people)
    {
        await using var db = await databases.CreateDbContextAsync();
        var member = await db.Roles.SingleAsync(r => r.Name == StudioRoles.Member);
        await WriteAsync(people.Select(p => new IdentityUserRole<string> { UserId = p.Id, RoleId = member.Id }));
    }

    private async Task CurrentAsync()
    {
        await using var db = await databases.CreateDbContextAsync();
        await db.Models.ExecuteUpdateAsync(set => set.SetProperty(m => m.CurrentVersionId, m => db.Versions.Where(v => v.ModelId == m.Id).OrderByDescending(v => v.Number).Select(v => (Guid?)v.Id).FirstOrDefault()));
    }
}
