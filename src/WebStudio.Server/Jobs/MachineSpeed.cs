using System.Collections.Concurrent;
using System.Text.Json;
using WebStudio.Gpu.Benchmarking;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Gpu.Execution;
using WebStudio.Server.Storage;

namespace WebStudio.Server.Jobs;

/// <summary>How long a training takes on this machine: from past trainings, and before the first from a few steps.</summary>
internal sealed class MachineSpeed(DataFolders folders, GpuExecutor executor, ComputeContext context)
{
    // Shares of a photo-step that inversion and measuring take, from runs on two cores.
    private const double InversionSteps = 40, InversionShare = 0.45, MeasuringSteps = 6;

    private readonly ConcurrentDictionary<string, double> _secondsPerPhoto = Load(folders);

    /// <summary>Expected time of a training.</summary>
    public async Task<TimeSpan> EstimateAsync(string baseFolder, int photos, int passes)
    {
        var source = BaseFolder.Open(baseFolder);
        var key = Key(source);
        if (!_secondsPerPhoto.TryGetValue(key, out var perPhoto))
            // A background slice of a second or two; while a training runs it waits for a gap like everybody.
            _secondsPerPhoto[key] = perPhoto = await executor.Background(() => TrainingSpeed.Measure(source, context));
        return Time(photos, passes, perPhoto);
    }

    /// <summary>The same without measuring anything; null while it is not known.</summary>
    public TimeSpan? Known(string baseFolder, int photos, int passes) => _secondsPerPhoto.TryGetValue(Key(BaseFolder.Open(baseFolder)), out var perPhoto) ? Time(photos, passes, perPhoto) : null;

    /// <summary>Learns from a training that is complete.</summary>
    public void Learn(string baseFolder, double secondsPerPhoto)
    {
        _secondsPerPhoto[Key(BaseFolder.Open(baseFolder))] = secondsPerPhoto;
        AtomicFile.Write(folders.Speed, stream => JsonSerializer.Serialize(stream, _secondsPerPhoto));
    }

    private static TimeSpan Time(int photos, int passes, double perPhoto) => TimeSpan.FromSeconds(photos * perPhoto * (passes + InversionSteps * InversionShare + MeasuringSteps));

    private static string Key(BaseFolder source) => $"{source.Description.Name} {source.Description.Generator.ImgResolution}";

    private static ConcurrentDictionary<string, double> Load(DataFolders folders)
    {
        try
        {
            return new(JsonSerializer.Deserialize<Dictionary<string, double>>(File.ReadAllBytes(folders.Speed))!);
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            return new(); // measured anew
        }
    }
}
