using System.Text.Json;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Tests.Latents;

/// <summary>goldens/mystyle: outputs of the official MyStyle code.</summary>
internal static class MyStyleGolden
{
    public static Tensor Read(string folder, string name) => Npy.Read(Shared.Golden("mystyle", folder, $"{name}.npy"));

    public static JsonElement Json(string folder, string name) => JsonDocument.Parse(File.ReadAllText(Shared.Golden("mystyle", folder, $"{name}.json"))).RootElement;
}
