using System.Text.Json;
using WebStudio.Gpu.Latents;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Tests.Latents;

/// <summary>goldens/mystylepp: float64 outputs of the formulas of MyStyle++.</summary>
internal static class MyStylePlusPlus
{
    public static Tensor Read(string name) => Npy.Read(Shared.Golden("mystylepp", $"{name}.npy"));

    public static JsonElement Json(string name) => JsonDocument.Parse(File.ReadAllText(Shared.Golden("mystylepp", $"{name}.json"))).RootElement;

    /// <summary>The three attributes; label 99 is held by one anchor.</summary>
    public static AttributeLevels[] Attributes()
    {
        var labels = Read("labels");
        return [.. Enumerable.Range(0, 3).Select(m =>
            AttributeLevels.Quantise($"attribute {m}", labels.select(1, m).to(ScalarType.Float64).contiguous().data<double>().ToArray(), LevelOptions.Categories))];
    }
}
