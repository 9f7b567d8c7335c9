using System.Collections.Concurrent;
using System.Text.Json;
using WebStudio.Components.Training;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Server.Storage;

namespace WebStudio.Server.Jobs;

/// <summary>Progress of jobs: in memory while they run, and as a file with the job, so that a reload, another device and a restart show the same.</summary>
internal sealed class JobProgressStore(DataFolders folders, ILogger<JobProgressStore> log)
{
    private readonly ConcurrentDictionary<Guid, JobProgress> _latest = new();

    /// <summary>Progress of a job that was seen since the start; null otherwise.</summary>
    public JobProgress? Find(Guid job) => _latest.GetValueOrDefault(job);

    /// <summary>Progress of a job, from its file where it is not in memory. What the row says to be made is whole, also where the server ended before that was noted here.</summary>
    public JobProgress? Read(Job job) => Kept(job) is not { } kept ? null : job.State == JobState.Succeeded ? kept with { Share = 1, Remaining = 0 } : kept;

    private JobProgress? Kept(Job job)
    {
        if (_latest.TryGetValue(job.Id, out var known))
            return known;
        try
        {
            var read = JsonSerializer.Deserialize<JobProgress>(File.ReadAllBytes(PathOf(job)));
            return read is null ? null : _latest.GetOrAdd(job.Id, read);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }

    public void Set(Guid job, JobProgress progress) => _latest[job] = progress;

    /// <summary>Writes what is in memory to the job's file. Where that fails the training goes on: its checkpoints tell whether the disk is full, and pages read from memory.</summary>
    public void Save(Job job)
    {
        if (!_latest.TryGetValue(job.Id, out var progress))
            return;
        try
        {
            AtomicFile.Write(PathOf(job), stream => JsonSerializer.Serialize(stream, progress));
        }
        catch (FileNotWrittenException e)
        {
            log.LogWarning(e, "The progress of job {Job} could not be kept", job.Id);
        }
    }

    public void Forget(Guid job) => _latest.TryRemove(job, out _);

    private string PathOf(Job job) => Path.Combine(folders.Job(job.OwnerId, job.Id), "progress.json");
}
