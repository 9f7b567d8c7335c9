using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using WebStudio.Gpu.Personalization;

namespace WebStudio.Server.Tests.Kills;

/// <summary>Holds what the server has said to its rows, its folder, and what it says now.</summary>
internal sealed class PromiseCheck(Ledger ledger, FolderCheck folder)
{
    private static readonly int Batch = new PersonalizationOptions { Attributes = [] }.BatchSize;

    /// <summary>Promises that the rows and the checkpoints of a server at rest do not keep.</summary>
    public IEnumerable<string> BrokenBy(Rows rows)
    {
        var (albums, photos, models, jobs) = (rows.Albums.ToDictionary(a => a.Id), rows.Photos.ToDictionary(p => p.Id), rows.Models.ToDictionary(m => m.Id), rows.Jobs.ToDictionary(j => j.Id));
        foreach (var album in ledger.Albums.Values)
            if (album.Deletion == Wish.None ? albums.GetValueOrDefault(album.Id) is not { IsDeleted: false } : album.Deletion == Wish.Confirmed && albums.GetValueOrDefault(album.Id) is { IsDeleted: false })
                yield return $"album {album.Id}, deletion {album.Deletion}, is {(albums.ContainsKey(album.Id) ? "there" : "gone")}";
        foreach (var photo in ledger.Photos.Values)
        {
            if (photo.Deletion == Wish.Confirmed && photos.ContainsKey(photo.Id))
                yield return $"photo {photo.Id} was deleted and is there";
            if (!Ledger.MustBe(photo))
                continue;
            if (photos.GetValueOrDefault(photo.Id) is not { } row || row.UploadSha256 != photo.UploadSha256)
                yield return $"photo {photo.Id} was taken in and is lost";
            else if (!photo.Decisions.Any(d => d.Length == 0 ? row.Decisions.Length == 0 : row.Decisions.Length > 0 && JsonNode.DeepEquals(JsonNode.Parse(d), JsonNode.Parse(row.Decisions))))
                yield return $"photo {photo.Id} was decided on as {string.Join(" or ", photo.Decisions)}, its row says {row.Decisions}";
        }
        foreach (var model in ledger.Models.Values)
            if (model.Deletion == Wish.None ? models.GetValueOrDefault(model.Id) is not { IsDeleted: false } : model.Deletion == Wish.Confirmed && models.GetValueOrDefault(model.Id) is { IsDeleted: false })
                yield return $"model {model.Id}, deletion {model.Deletion}, is {(models.ContainsKey(model.Id) ? "there" : "gone")}";
        foreach (var job in ledger.Jobs.Values.Where(j => j.Model.Deletion == Wish.None))
            if (Broken(job, jobs.GetValueOrDefault(job.Id), rows) is { } broken)
                yield return broken;
    }

    private string? Broken(KnownJob job, JobRow? row, Rows rows)
    {
        if (row is null)
            return $"training {job.Id} was taken and is lost";
        var made = rows.Versions.Any(v => v.Job == job.Id);
        if (row.State is "Failed" && KnownJob.IsLeftToPeople(row.Error))
            row = row with { State = "Queued" };
        if (row.State is "Failed" or "Cancelled" or "Paused")
            return $"training {job.Id} is {row.State}: {row.Error}";
        if (row.State == "Succeeded" != made || (job.Succeeded && !made))
            return $"training {job.Id} is {row.State} and has {(made ? "a" : "no")} version";
        if (made)
        {
            job.Steps = 0; // its checkpoint is gone: nothing is to go on from
            return null;
        }
        var (steps, passes) = folder.Checkpoint(row) is { } path ? Progress(path) : (0, 0);
        var broken = passes < job.Passes || steps < job.Steps ? $"training {job.Id} was told to have finished {job.Passes} passes and had {job.Steps} steps; its checkpoint has {passes} passes, {steps} steps" : null;
        job.Steps = steps;
        return broken;
    }

    private static (int Steps, int Passes) Progress(string checkpoint)
    {
        var (metadata, photos) = WholeFile.Checkpoint(checkpoint);
        var steps = int.Parse(metadata["step"], System.Globalization.CultureInfo.InvariantCulture);
        return (steps, steps / ((photos + Batch - 1) / Batch));
    }

    /// <summary>Promises that a running server does not keep when it is asked.</summary>
    public async Task<IReadOnlyList<string>> BrokenByAsync(HttpClient http, Rows rows, Random random)
    {
        var broken = new List<string>();
        foreach (var photo in ledger.Photos.Values.Where(Ledger.MustBe).OrderBy(_ => random.Next()).Take(20))
        {
            using var answer = await http.GetAsync($"/api/v1/albums/{photo.Album.Id}/photos/{photo.Id}/full");
            var bytes = await answer.Content.ReadAsByteArrayAsync();
            if (answer.StatusCode != HttpStatusCode.OK || Convert.ToHexStringLower(SHA256.HashData(bytes)) != rows.Photos.FirstOrDefault(p => p.Id == photo.Id)?.Sha256)
                broken.Add($"photo {photo.Id} is answered {answer.StatusCode} with {bytes.Length} bytes that are not its own");
        }
        foreach (var album in ledger.Albums.Values.Where(a => a.Deletion == Wish.Confirmed).OrderBy(_ => random.Next()).Take(5))
            if ((await http.GetAsync($"/api/v1/albums/{album.Id}")).StatusCode != HttpStatusCode.NotFound)
                broken.Add($"album {album.Id} was deleted and is shown");
        var shown = await http.GetStringAsync("/api/v1/models");
        broken.AddRange(ledger.Models.Values.Where(m => m.Deletion == Wish.Confirmed && shown.Contains(m.Id.ToString(), StringComparison.OrdinalIgnoreCase)).Select(m => $"model {m.Id} was deleted and is shown"));
        return broken;
    }
}
