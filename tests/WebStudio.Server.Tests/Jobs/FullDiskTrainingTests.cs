using WebStudio.Components.Training;
using WebStudio.Server.Jobs;
using WebStudio.Server.Tests.Kills;
using WebStudio.Server.Tests.Storage;

namespace WebStudio.Server.Tests.Jobs;

/// <summary>A training whose disk is full from one moment on: what it learned stays.</summary>
public sealed class FullDiskTrainingTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_full_disk_fails_the_training_with_its_checkpoint_whole_and_once_there_is_room_it_goes_on_from_there()
    {
        using var disk = new TinyDisk(400);
        await using var studio = await TrainingStudio.CreateAsync($"--Storage:Root={disk.Path}", "--Storage:FreeMegabytes=0", "--Training:QuickPasses=20", "--Training:CheckpointSeconds=1");
        var album = await studio.AddFacesAsync(studio.Ada);
        var request = new TrainingRequest { RequestId = Guid.NewGuid(), AlbumId = album, Attributes = [new("yaw", null)], Quality = TrainingQuality.Quick };
        var job = (await studio.Training.StartAsync(studio.Ada, request)).Job!.Value;
        var checkpoint = TrainingRun.Checkpoint(studio.Folders.Job(studio.Ada.UserId, job));
        await TrainingStudio.UntilAsync(() => Task.FromResult(File.Exists(checkpoint) && Kept() > 0));

        var filler = "";
        await TrainingStudio.UntilAsync(async () =>
        {
            filler = disk.Fill(keepFree: 2_000_000); // a checkpoint takes more; one that was just being written leaves the room of the one before
            return (await studio.JobAsync(job))!.State is JobState.Failed or JobState.Succeeded;
        });
        Assert.Contains("disk of the server is full", (await studio.JobAsync(job))!.Error);
        Assert.Null(WholeFile.Fault(checkpoint));
        Assert.InRange(Kept(), Told(), 20); // no pass that was told is lost: a batch holds all of the album
        Assert.DoesNotContain(Directory.GetFiles(studio.Folders.Root, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 }), f => f.EndsWith(".partial", StringComparison.Ordinal));

        File.Delete(filler);
        var (least, beganAgain) = (int.MaxValue, false);
        using var watch = studio.Training.Watch(job, () =>
        {
            if (studio.Get<JobProgressStore>().Find(job) is { Stage: "Training" } seen)
                least = Math.Min(least, seen.Done);
            else
                beganAgain |= studio.Get<JobProgressStore>().Find(job) is { Stage: "Inverting" };
        });
        await studio.Training.ResumeAsync(studio.Ada, job);
        await studio.StateAsync(job, JobState.Succeeded);
        Assert.False(beganAgain, "anchors were sought again");
        Assert.InRange(least, 1, 20);
        await TrainingStudio.UntilAsync(() => Task.FromResult(!File.Exists(checkpoint))); // its version is kept: nothing is to go on from

        int Kept() => WholeFile.Step(checkpoint);
        int Told() => studio.Get<JobProgressStore>().Find(job) is { Stage: "Training" } now ? now.Done : 0;
    }
}
