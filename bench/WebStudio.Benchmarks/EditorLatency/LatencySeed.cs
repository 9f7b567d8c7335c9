using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using WebStudio.Components.Albums;
using WebStudio.Components.Training;
using WebStudio.Server;
using WebStudio.Server.Data;
using WebStudio.Server.Jobs;
using WebStudio.Server.Tests.Editing;

namespace WebStudio.Benchmarks.EditorLatency;

/// <summary>An account, a model to edit, and a sample album to train on, made through the server's own services before the server starts.</summary>
internal sealed record LatencySeed(Member Member, SeededModel Model, Guid Album)
{
    /// <summary>The training, once it is queued.</summary>
    public Guid? Job { get; private set; }

    public static async Task<LatencySeed> MakeAsync(string data, Action<string> write)
    {
        await using var studio = await EditingStudio.StartAsync(data);
        var member = await studio.JoinAsync("bench");
        var model = await studio.AddModelAsync(member.Viewer, write);
        var album = await studio.App.Services.GetRequiredService<ISampleAlbum>().CreateAsync(member.Viewer);
        var training = studio.App.Services.GetRequiredService<ITraining>();
        while (await training.PlanAsync(member.Viewer, album) is not { Refusal: null })
            await Task.Delay(500); // the photos are being looked at
        return new(member, model, album);
    }

    /// <summary>Queues a training that lasts longer than any measurement; the server takes it when it starts.</summary>
    public async Task QueueTrainingAsync(string data)
    {
        await using var app = StudioHost.Build([$"--Storage:Root={data}"]);
        var (job, refusal) = await app.Services.GetRequiredService<ITraining>().StartAsync(Member.Viewer, new TrainingRequest
        {
            RequestId = Guid.NewGuid(),
            AlbumId = Album,
            Attributes = [new("yaw", null), new("smile", null)],
            Quality = TrainingQuality.Long,
        });
        Job = job ?? throw new InvalidOperationException(refusal);
    }

    /// <summary>Returns while the training is in its steps.</summary>
    /// <exception cref="InvalidOperationException">It has ended.</exception>
    public async Task WaitUntilTrainingAsync(string data)
    {
        await using var app = StudioHost.Build([$"--Storage:Root={data}"]);
        while (true)
        {
            await using var db = await app.Services.GetRequiredService<IDbContextFactory<StudioDb>>().CreateDbContextAsync();
            var job = await db.Jobs.AsNoTracking().SingleAsync(j => j.Id == Job);
            if (job.State is JobState.Running)
                return;
            if (job.State is not (JobState.Queued or JobState.Preparing))
                throw new InvalidOperationException($"The training is {job.State}: {job.Error}");
            await Task.Delay(500);
        }
    }
}
