using System.Text.Json;

namespace WebStudio.Gpu.BaseTraining;

/// <summary>Where a base training keeps its things: checkpoint.safetensors, history.jsonl, sheets.</summary>
internal sealed class TrainingFolder
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
    private readonly string _folder;

    public TrainingFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"{folder} cannot be made: {e.Message}", e);
        }
        _folder = folder;
    }

    public string Checkpoint => Path.Combine(_folder, "checkpoint.safetensors");

    public string History => Path.Combine(_folder, "history.jsonl");

    /// <summary>A sheet of pictures of this name.</summary>
    public string Sheet(string name) => Path.Combine(_folder, $"{name}.png");

    /// <summary>Adds a line to the history.</summary>
    public void Append(BaseTrainingProgress line) => File.AppendAllText(History, JsonSerializer.Serialize(line, Json) + "\n");

    /// <summary>Drops lines that came after the checkpoint: those steps are done again.</summary>
    public void KeepHistory(int upTo)
    {
        if (!File.Exists(History))
            return;
        var lines = File.ReadAllLines(History);
        var kept = Array.FindAll(lines, line => StepOf(line) is { } step && step <= upTo);
        if (kept.Length < lines.Length)
            File.WriteAllLines(History, kept);
    }

    private static int? StepOf(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<BaseTrainingProgress>(line, Json)?.Step;
        }
        catch (JsonException)
        {
            return null; // the line that was being written when the machine stopped
        }
    }
}
