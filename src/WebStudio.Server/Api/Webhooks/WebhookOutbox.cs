using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using WebStudio.Server.Data;
using WebStudio.Server.Jobs;

namespace WebStudio.Server.Api.Webhooks;

/// <summary>Writes what webhooks are to be told, in the transaction in which it happens.</summary>
internal static class WebhookOutbox
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>States of which webhooks are told.</summary>
    public static bool IsEnd(JobState state) => state is JobState.Succeeded or JobState.Failed or JobState.Cancelled;

    /// <summary>The end of a job; added to the context, not saved.</summary>
    public static async Task AddAsync(StudioDb db, Job job, DateTimeOffset now)
    {
        foreach (var webhook in await db.Webhooks.Where(w => w.OwnerId == job.OwnerId).Select(w => w.Id).ToListAsync())
            db.WebhookMessages.Add(new()
            {
                WebhookId = webhook,
                NextTryAt = now,
                Body = Json(new { Event = "job.ended", At = now, Job = new { job.Id, Kind = job.Kind.ToString().ToLowerInvariant(), State = job.State.ToString().ToLowerInvariant(), job.ModelId, job.AlbumId, job.Error } }),
            });
    }

    /// <summary>As messages are written: snake_case.</summary>
    public static string Json(object body) => JsonSerializer.Serialize(body, Options);
}
