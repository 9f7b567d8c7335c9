using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using WebStudio.Gpu.Checkpoints;

namespace WebStudio.Gpu.BaseTraining;

/// <summary>What has to stay the same over all resumptions of a training: its options but for how long it takes and what it writes when, and how many pictures there are. It lies in the checkpoint's header.</summary>
internal sealed class TrainingTerms
{
    /// <summary>Its place in the header.</summary>
    public const string Key = "terms";

    private readonly JsonObject _values;

    private TrainingTerms(JsonObject values) => _values = values;

    /// <summary>As it is written.</summary>
    public string Text => _values.ToJsonString();

    /// <summary>Of a reconstruction training.</summary>
    public static TrainingTerms Of(BaseTrainingOptions options, TrainingPictures pictures)
    {
        var values = Values(options, nameof(options.Hours), nameof(options.Steps), nameof(options.MeasureInterval), nameof(options.CheckpointInterval), nameof(options.SheetInterval));
        values["whole pictures"] = pictures.Whole?.shape[0] ?? 0;
        values["masked pictures"] = pictures.Masked?.shape[0] ?? 0;
        values["held-out pictures"] = pictures.HeldOut.Count;
        return new(values);
    }

    /// <summary>The same and those of the adversarial phase.</summary>
    public TrainingTerms And(AdversarialOptions options)
    {
        var values = _values.DeepClone().AsObject();
        foreach (var (name, value) in Values(options, nameof(options.Hours), nameof(options.Steps), nameof(options.Wanted), nameof(options.MostLoss)))
            values[$"adversarial {name}"] = value?.DeepClone();
        return new(values);
    }

    /// <summary>Refuses a checkpoint that was begun on other terms.</summary>
    /// <exception cref="InvalidInputException">Names the first that differs, or there are none.</exception>
    public void Require(string path, SafetensorsFile file)
    {
        var begun = Parse(file.Metadata.GetValueOrDefault(Key, "")) ?? throw new InvalidInputException($"{path} lacks '{Key}': it is no checkpoint of a base training of this version.");
        foreach (var (name, value) in _values)
            if (!JsonNode.DeepEquals(value, begun[name]))
                throw new InvalidInputException($"{path} was begun with {Name(name)} {begun[name]?.ToJsonString() ?? "unknown"}, and now it is {value!.ToJsonString()}. Resume with the options and pictures the training was begun with.");
    }

    private static JsonObject? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static JsonObject Values<T>(T options, params string[] without)
    {
        var values = JsonSerializer.SerializeToNode(options)!.AsObject();
        foreach (var name in without)
            values.Remove(name);
        return values;
    }

    /// <summary>KlWeight is called kl weight.</summary>
    private static string Name(string property) => string.Concat(property.Select(c => char.IsUpper(c) ? $" {char.ToLower(c, CultureInfo.InvariantCulture)}" : $"{c}")).TrimStart();
}
