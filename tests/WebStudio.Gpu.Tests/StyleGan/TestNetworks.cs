using System.Runtime.InteropServices;
using System.Text.Json;
using WebStudio.Gpu.Benchmarking;
using WebStudio.Gpu.StyleGan;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Tests.StyleGan;

/// <summary>Networks for tests: the built-in base and random ones of any shape.</summary>
internal static class TestNetworks
{
    public static readonly GeneratorConfig BaseConfig = new() { ImgResolution = 128, Channels = GeneratorConfig.ChannelsFor(128, 2048, 256), MappingLayers = 0 };

    public static Dictionary<string, Tensor> BaseTensors() => Safetensors(Path.Combine(AppContext.BaseDirectory, "models", "faces", "generator.safetensors"));

    /// <summary>Reads a small safetensors file; kept apart from the product's own reader on purpose.</summary>
    public static Dictionary<string, Tensor> Safetensors(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var length = (int)BitConverter.ToInt64(bytes);
        using var header = JsonDocument.Parse(bytes.AsMemory(8, length));
        var tensors = new Dictionary<string, Tensor>();
        foreach (var entry in header.RootElement.EnumerateObject().Where(e => e.Name != "__metadata__"))
        {
            var shape = entry.Value.GetProperty("shape").EnumerateArray().Select(s => s.GetInt64()).ToArray();
            var span = entry.Value.GetProperty("data_offsets").EnumerateArray().Select(s => s.GetInt32()).ToArray();
            var data = bytes.AsSpan(8 + length + span[0], span[1] - span[0]);
            var half = entry.Value.GetProperty("dtype").GetString() == "F16";
            tensors[entry.Name] = half
                ? tensor(MemoryMarshal.Cast<byte, Half>(data).ToArray().Select(v => (float)v).ToArray()).reshape(shape)
                : tensor(MemoryMarshal.Cast<byte, float>(data).ToArray()).reshape(shape);
        }
        return tensors;
    }

    /// <summary>Every tensor of a synthesis network drawn at random, with prefix <c>synthesis.</c>.</summary>
    public static Dictionary<string, Tensor> Random(GeneratorConfig config, long seed) => RandomNetwork.Tensors(config, seed);
}
