using Microsoft.EntityFrameworkCore;
using WebStudio.Components.Training;
using WebStudio.Server.Backups;
using WebStudio.Server.Jobs;
using WebStudio.Server.Tests.Jobs;

namespace WebStudio.Server.Tests.Backups;

/// <summary>A back-up in the middle of a real training.</summary>
public sealed class TrainingBackupTests : IDisposable
{
    private const int Passes = 8;
    private static readonly string[] Settings = ["--Training:LongPasses=90000", "--Training:CheckpointSeconds=1"];

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_training_goes_on_in_what_is_restored_from_its_last_checkpoint()
    {
        Guid job;
        Components.Access.Viewer ada;
        BackupReport report;
        await using (var studio = await TrainingStudio.CreateAsync(Settings))
        {
            ada = studio.Ada;
            var request = new TrainingRequest { RequestId = Guid.NewGuid(), AlbumId = await studio.AddFacesAsync(ada), Attributes = [new("yaw", null)], Quality = TrainingQuality.Long };
            job = (await studio.Training.StartAsync(ada, request)).Job!.Value;
            await TrainingStudio.UntilAsync(async () => await PassAsync(studio, ada, job) >= Passes && File.Exists(TrainingRun.Checkpoint(studio.Folders.Job(ada.UserId, job))));
            report = await Task.Run(() => studio.Get<BackupMaker>().Make(new(_folder["backups"]), false, null, null, Cancel), Cancel);
            Assert.Empty(report.Lost);
        }
        BackupRestore.Restore(report.Folder, _folder["restored"], null, Cancel);

        await using var again = await TrainingStudio.CreateAsync([.. Settings, $"--Storage:Root={_folder["restored"]}"]);
        Assert.Equal(JobState.Running, (await again.JobAsync(job))!.State);
        await using (var db = await again.DatabaseAsync())
            Assert.Equal(TrainingStudio.Photos, await db.Photos.CountAsync(Cancel));
        var before = await PassAsync(again, ada, job); // as the restored folder says
        var beganAgain = false;
        using var watch = again.Training.Watch(job, () => beganAgain |= again.Get<JobProgressStore>().Find(job) is { Stage: "Inverting" });
        await again.StartAsync();
        await TrainingStudio.UntilAsync(async () => await PassAsync(again, ada, job) > before);
        Assert.False(beganAgain, "anchors were sought again");
    }

    private static async Task<int> PassAsync(TrainingStudio studio, Components.Access.Viewer viewer, Guid job)
    {
        if (await studio.JobAsync(job) is { State: JobState.Failed } failed)
            Assert.Fail(failed.Error);
        return (await studio.Training.FindAsync(viewer, job))?.Progress is { Stage: "Training" } progress ? progress.Done : -1;
    }
}
