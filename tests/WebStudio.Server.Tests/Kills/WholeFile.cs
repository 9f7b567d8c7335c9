using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json;
using SkiaSharp;

namespace WebStudio.Server.Tests.Kills;

/// <summary>Whether a file is complete, read by nothing of the product's.</summary>
internal static class WholeFile
{
    /// <summary>Null where it is; else what is wrong with it.</summary>
    public static string? Fault(string path)
    {
        var bytes = File.ReadAllBytes(path);
        try
        {
            return Path.GetExtension(path) switch
            {
                ".photo" or ".webp" or ".png" or ".jpg" => IsPicture(bytes) ? null : "it is no whole picture",
                ".json" => Parsed(bytes),
                ".safetensors" or ".checkpoint" => Tensors(bytes),
                _ => null,
            };
        }
        catch (Exception e) when (e is JsonException or ArgumentException or FormatException or KeyNotFoundException)
        {
            return e.Message;
        }
    }

    /// <summary>Decodes to its last row; a codec that runs out of data says so.</summary>
    public static bool IsPicture(byte[] bytes)
    {
        using var data = SKData.CreateCopy(bytes);
        using var codec = SKCodec.Create(data);
        if (codec is null)
            return false;
        using var bitmap = new SKBitmap(codec.Info.Width, codec.Info.Height);
        return codec.GetPixels(bitmap.Info, bitmap.GetPixels()) == SKCodecResult.Success;
    }

    /// <summary>Metadata and number of rows of the anchors in a checkpoint.</summary>
    public static (IReadOnlyDictionary<string, string> Metadata, int Anchors) Checkpoint(string path)
    {
        var bytes = File.ReadAllBytes(path);
        using var header = Header(bytes);
        var metadata = header.RootElement.GetProperty("__metadata__").EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetString()!);
        return (metadata, header.RootElement.GetProperty("anchors").GetProperty("shape")[0].GetInt32());
    }

    /// <summary>Steps in a checkpoint.</summary>
    public static int Step(string path) => int.Parse(Checkpoint(path).Metadata["step"], CultureInfo.InvariantCulture);

    private static string? Parsed(byte[] bytes)
    {
        using var document = JsonDocument.Parse(bytes);
        return null;
    }

    /// <summary>Eight bytes of length, the header, then exactly as many bytes as the header's offsets reach.</summary>
    private static string? Tensors(byte[] bytes)
    {
        using var header = Header(bytes);
        var end = header.RootElement.EnumerateObject().Where(p => p.Name != "__metadata__").Max(p => p.Value.GetProperty("data_offsets")[1].GetInt64());
        var has = bytes.Length - 8 - BinaryPrimitives.ReadInt64LittleEndian(bytes);
        return has == end ? null : $"{has} bytes of tensors where the header speaks of {end}";
    }

    private static JsonDocument Header(byte[] bytes) => JsonDocument.Parse(bytes.AsMemory(8, checked((int)BinaryPrimitives.ReadInt64LittleEndian(bytes))));
}
