using TorchSharp;
using WebStudio.Components.Training;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Server.Admin;
using WebStudio.Server.Jobs;

namespace WebStudio.Server.Tests.Jobs;

/// <summary>Alone: the tensors of the process are counted.</summary>
[CollectionDefinition(nameof(DeviceFaultTests), DisableParallelization = true)]
public sealed class DeviceFaultCollection;

/// <summary>Work that cannot end well: it fails alone, says what to try, and gives back what it held.</summary>
[Collection(nameof(DeviceFaultTests))]
public sealed class DeviceFaultTests : IAsyncLifetime
{
    private TrainingStudio _studio = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _studio = await TrainingStudio.CreateAsync("--Training:QuickPasses=2");

    public ValueTask DisposeAsync() => _studio.DisposeAsync();

    [Fact]
    public async Task A_loss_that_is_no_number_fails_its_job_alone_and_leaves_no_tensor()
    {
        var album = await _studio.AddFacesAsync(_studio.Ada);
        await TrainAsync(album, null, JobState.Succeeded); // what stays open for the next one is open now
        var before = torch.Tensor.TotalCount;

        var poisoned = await TrainAsync(album, await AddPoisonedBaseAsync(), JobState.Failed);
        Assert.Contains("loss is no number", poisoned.Error);
        Assert.False(File.Exists(TrainingRun.Checkpoint(_studio.Folders.Job(_studio.Ada.UserId, poisoned.Id))), "numbers that are none are not worth keeping");
        Assert.InRange(torch.Tensor.TotalCount, 0, before);

        await TrainAsync(album, null, JobState.Succeeded);
    }

    [Fact]
    public async Task A_job_at_which_the_server_ended_too_often_is_not_begun_again()
    {
        var album = await _studio.AddEmptyAlbumAsync(_studio.Ada, consent: null);
        var job = await _studio.AddJobAsync(_studio.Ada, album, JobState.Running, DateTimeOffset.UtcNow);
        var folder = _studio.Folders.Job(_studio.Ada.UserId, job.Id);
        for (var i = 0; i < CrashGuard.Most; i++)
            CrashGuard.Begin(folder, ""); // and never came to its end
        await _studio.StartAsync();
        await _studio.StateAsync(job.Id, JobState.Failed);
        Assert.Contains($"ended {CrashGuard.Most} times", (await _studio.JobAsync(job.Id))!.Error);
        CrashGuard.Begin(folder, ""); // its owner may try once more
    }

    [Fact]
    public void Ends_at_different_points_are_accidents()
    {
        using var folder = new TemporaryFolder();
        for (var i = 0; i < 3 * CrashGuard.Most; i++)
            CrashGuard.Begin(folder.Path, $"Training {i / 2}");
    }

    private async Task<Job> TrainAsync(Guid album, Guid? from, JobState end)
    {
        var request = new TrainingRequest { RequestId = Guid.NewGuid(), AlbumId = album, BaseId = from, Attributes = [new("yaw", null)], Quality = TrainingQuality.Quick };
        var (job, refusal) = await _studio.Training.StartAsync(_studio.Ada, request);
        Assert.Null(refusal);
        await _studio.StateAsync(job!.Value, end);
        return (await _studio.JobAsync(job.Value))!;
    }

    /// <summary>The built-in base with one weight that is no number.</summary>
    private async Task<Guid> AddPoisonedBaseAsync()
    {
        var row = new BaseModel { Name = "Poisoned", Licence = "none", Sha256 = "", Resolution = 128, ImportedById = _studio.Ada.UserId, ImportedAt = DateTimeOffset.UtcNow };
        var folder = Directory.CreateDirectory(_studio.Folders.Base(row.Id)).FullName;
        foreach (var file in Directory.GetFiles(BaseFolder.BuiltIn))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        var path = Path.Combine(folder, BaseFolder.GeneratorFile);
        using (torch.NewDisposeScope())
        {
            var generator = SafetensorsFile.Read(path);
            generator.Tensors["synthesis.b4.const"].fill_(float.NaN);
            SafetensorsFile.Write(path, generator.Tensors, generator.Metadata);
        }
        await using var db = await _studio.DatabaseAsync();
        db.Add(row);
        await db.SaveChangesAsync(Cancel);
        return row.Id;
    }
}
