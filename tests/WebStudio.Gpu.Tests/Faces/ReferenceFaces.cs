using System.Text.Json;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Tests.Faces;

/// <summary>The four synthesised faces of shared/base and what @vladmandic/face-api itself computes on them (Reference/face-api.mjs made face-api.json).</summary>
internal static class ReferenceFaces
{
    public static JsonElement Expected(int face)
    {
        using var stream = typeof(ReferenceFaces).Assembly.GetManifestResourceStream("face-api.json")!;
        return JsonDocument.Parse(stream).RootElement.GetProperty("faces")[face];
    }

    public static Tensor Numbers(JsonElement array) => tensor(array.EnumerateArray().Select(e => e.GetSingle()).ToArray());

    /// <summary>[4, 3, 128, 128] in [-1, 1].</summary>
    public static Tensor Load()
    {
        var bytes = File.ReadAllBytes(Shared.Path("base", "reference.safetensors"));
        var header = (int)BitConverter.ToInt64(bytes);
        var offsets = JsonDocument.Parse(bytes.AsMemory(8, header)).RootElement.GetProperty("img").GetProperty("data_offsets");
        var result = zeros(4, 3, 128, 128);
        bytes.AsSpan(8 + header + offsets[0].GetInt32(), offsets[1].GetInt32() - offsets[0].GetInt32()).CopyTo(result.bytes);
        return result;
    }

    /// <summary>One face as the script cuts it: 8-bit levels, every pixel repeated, the middle of it; [1, 3, size, size] in [-1, 1].</summary>
    public static Tensor Picture(int face, int zoom, int size)
    {
        using var scope = NewDisposeScope();
        var levels = ((Load()[face].to(ScalarType.Float64) + 1) * 127.5 + 0.5).floor().clamp(0, 255).to(ScalarType.Float32).unsqueeze(0);
        var large = levels.repeat_interleave(zoom, 2).repeat_interleave(zoom, 3);
        var margin = (128 * zoom - size) / 2;
        return (large.narrow(2, margin, size).narrow(3, margin, size) / 127.5 - 1).contiguous().MoveToOuterDisposeScope();
    }
}
