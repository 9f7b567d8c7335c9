using System.Text.Json;

namespace WebStudio.Gpu.BaseTraining;

/// <summary>Where a base training keeps its things: checkpoint.safetensors, adversarial.safetensors, history.jsonl, sheets.</summary>
internal sealed class TrainingFolder
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
    private readonly string _folder;

    /// <exception cref="InvalidInputException">The folder cannot be made.</exception>
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

    /// <summary>State of the reconstruction phase.</summary>
    public string Checkpoint => Path.Combine(_folder, "checkpoint.safetensors");

    /// <summary>State of the adversarial phase.</summary>
    public string AdversarialCheckpoint => Path.Combine(_folder, "adversarial.safetensors");

    /// <summary>Figures over time, a JSON object a line.</summary>
    public string History => Path.Combine(_folder, "history.jsonl");

    /// <summary>A sheet of pictures of this name.</summary>
    public string Sheet(string name) => Path.Combine(_folder, $"{name}.png");

    /// <summary>Adds a line to the history.</summary>
    public void Append(BaseTrainingProgress line) => File.AppendAllText(History, JsonSerializer.Serialize(line, Json) + "\n");

    /// <summary>Drops lines of a phase that came after its checkpoint: those steps are done again.</summary>
    public void KeepHistory(string phase, int upTo)
    {
        if (!File.Exists(History))
            return;
        var lines = File.ReadAllLines(History);
        var kept = Array.FindAll(lines, line => Parse(line) is { } known && (known.Phase != phase || known.Step <= upTo));
        if (kept.Length < lines.Length)
            File.WriteAllLines(History, kept);
    }

    private static BaseTrainingProgress? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<BaseTrainingProgress>(line, Json);
        }
        catch (JsonException)
        {
            return null; // the line that was being written when the machine stopped
        }
    }
}
