using System.Globalization;
using WebStudio.Gpu.Checkpoints;
using static TorchSharp.torch;

namespace WebStudio.Gpu.BaseTraining;

/// <summary>How states of a base training lie in a safetensors file: tensors by name, counters in the header.</summary>
internal static class StateFile
{
    /// <summary>Tensors under names with a prefix.</summary>
    public static IEnumerable<KeyValuePair<string, Tensor>> Named(string prefix, IEnumerable<KeyValuePair<string, Tensor>> tensors) =>
        tensors.Select(t => KeyValuePair.Create(prefix + t.Key, t.Value));

    /// <summary>Copies a file's tensors over those of a state.</summary>
    /// <exception cref="InvalidInputException">One is missing or of another shape.</exception>
    public static void Take(string path, SafetensorsFile file, IEnumerable<KeyValuePair<string, Tensor>> state)
    {
        using var noGrad = no_grad();
        foreach (var (name, tensor) in state)
            if (file.Tensors.TryGetValue(name, out var saved) && saved.shape.SequenceEqual(tensor.shape))
                tensor.copy_(saved);
            else
                throw new InvalidInputException($"{path} does not fit these options: it holds no {name} [{string.Join(", ", tensor.shape)}]. Resume with the options the training was begun with.");
    }

    /// <summary>A whole number of the header.</summary>
    /// <exception cref="InvalidInputException">It is missing.</exception>
    public static int Whole(string path, SafetensorsFile file, string key) =>
        file.Metadata.TryGetValue(key, out var text) && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : throw Missing(path, key);

    /// <summary>A number of the header.</summary>
    /// <exception cref="InvalidInputException">It is missing.</exception>
    public static double Number(string path, SafetensorsFile file, string key) =>
        file.Metadata.TryGetValue(key, out var text) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : throw Missing(path, key);

    private static InvalidInputException Missing(string path, string key) => new($"{path} lacks '{key}': it is no checkpoint of a base training.");
}
