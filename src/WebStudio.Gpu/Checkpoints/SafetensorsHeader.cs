using System.Text.Json;
using System.Text.Unicode;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Checkpoints;

/// <summary>The table at the head of a safetensors file: 8 bytes length, then JSON {name: {dtype, shape, data_offsets}, "__metadata__": {…}}.</summary>
internal sealed record SafetensorsHeader(IReadOnlyList<SafetensorsHeader.Entry> Entries, IReadOnlyDictionary<string, string> Metadata)
{
    /// <summary>One tensor: its bytes are Begin (inclusive) to End (exclusive), counted from the first byte after the header.</summary>
    public sealed record Entry(string Name, ScalarType Type, long[] Shape, long Begin, long End);

    /// <summary>The bound that the reference implementation sets.</summary>
    public const long MaxLength = 100_000_000;

    private const string MetadataKey = "__metadata__";

    /// <summary>Type names of the format.</summary>
    public static IReadOnlyDictionary<string, ScalarType> Types { get; } = new Dictionary<string, ScalarType>
    {
        ["F64"] = ScalarType.Float64,
        ["F32"] = ScalarType.Float32,
        ["F16"] = ScalarType.Float16,
        ["BF16"] = ScalarType.BFloat16,
        ["I64"] = ScalarType.Int64,
        ["I32"] = ScalarType.Int32,
        ["I16"] = ScalarType.Int16,
        ["I8"] = ScalarType.Int8,
        ["U8"] = ScalarType.Byte,
        ["BOOL"] = ScalarType.Bool,
    };

    /// <summary>Parses and checks the table; entries come in the order of their bytes.</summary>
    /// <param name="json">The header's bytes.</param>
    /// <param name="dataLength">Bytes of the file after the header; the tensors must cover them exactly.</param>
    /// <exception cref="FormatException">What is wrong, naming the tensor.</exception>
    public static SafetensorsHeader Parse(ReadOnlyMemory<byte> json, long dataLength)
    {
        using var document = ParseJson(json);
        try
        {
            return Read(document.RootElement, dataLength);
        }
        catch (InvalidOperationException error)
        {
            // An escape like \ud800 is valid JSON but half a character; the parser says so only when the text is asked for.
            throw new FormatException("the header holds text that is not Unicode", error);
        }
    }

    private static SafetensorsHeader Read(JsonElement root, long dataLength)
    {
        if (root.ValueKind != JsonValueKind.Object)
            throw new FormatException("the header is not a JSON object");
        var entries = new List<Entry>();
        var metadata = new Dictionary<string, string>();
        foreach (var item in root.EnumerateObject())
        {
            if (item.Name != MetadataKey)
                entries.Add(ParseEntry(item.Name, item.Value, dataLength));
            else if (item.Value.ValueKind == JsonValueKind.Object)
                foreach (var pair in item.Value.EnumerateObject())
                    metadata[pair.Name] = pair.Value.ValueKind == JsonValueKind.String
                        ? pair.Value.GetString()!
                        : throw new FormatException($"metadata '{pair.Name}' is not a string");
            else
                throw new FormatException("__metadata__ is not a JSON object");
        }
        entries.Sort((a, b) => (a.Begin, a.End).CompareTo((b.Begin, b.End)));
        CheckCover(entries, dataLength);
        return new(entries, metadata);
    }

    /// <summary>Writes the table as JSON, padded with spaces so that the data begin at a multiple of 8 bytes.</summary>
    public byte[] ToBytes()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (Metadata.Count > 0)
            {
                json.WriteStartObject(MetadataKey);
                foreach (var (key, value) in Metadata)
                    json.WriteString(key, value);
                json.WriteEndObject();
            }
            foreach (var entry in Entries)
                WriteEntry(json, entry);
            json.WriteEndObject();
        }
        while (buffer.Length % 8 != 0)
            buffer.WriteByte((byte)' ');
        return buffer.ToArray();
    }

    private static JsonDocument ParseJson(ReadOnlyMemory<byte> json)
    {
        if (!Utf8.IsValid(json.Span))
            throw new FormatException("the header is not UTF-8");
        try
        {
            return JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 8 });
        }
        catch (JsonException error)
        {
            throw new FormatException($"the header is not valid JSON: {error.Message}", error);
        }
    }

    private static Entry ParseEntry(string name, JsonElement value, long dataLength)
    {
        if (value.ValueKind != JsonValueKind.Object)
            throw new FormatException($"tensor '{name}' has no table of dtype, shape and data_offsets");
        if (!value.TryGetProperty("dtype", out var dtype) || dtype.ValueKind != JsonValueKind.String || !Types.TryGetValue(dtype.GetString()!, out var type))
            throw new FormatException($"tensor '{name}' has dtype {dtype}; accepted are {string.Join(", ", Types.Keys)}");
        var shape = Integers(value, "shape", name);
        if (Integers(value, "data_offsets", name) is not [var begin, var end])
            throw new FormatException($"tensor '{name}': data_offsets are not two numbers");
        if (begin < 0 || end < begin || end > dataLength)
            throw new FormatException($"tensor '{name}' claims bytes {begin} to {end} of {dataLength}");
        if (TensorShape.Elements(shape) is not { } elements || (Int128)elements * TensorBytes.SizeOf(type) != end - begin)
            throw new FormatException($"tensor '{name}' of shape {TensorShape.Text(shape)} and dtype {dtype} does not fill its {end - begin} bytes");
        return new(name, type, shape, begin, end);
    }

    private static long[] Integers(JsonElement entry, string property, string name)
    {
        if (!entry.TryGetProperty(property, out var list) || list.ValueKind != JsonValueKind.Array)
            throw new FormatException($"tensor '{name}' has no list {property}");
        if (list.GetArrayLength() > TensorShape.MaxRank)
            throw new FormatException($"tensor '{name}': {property} has {list.GetArrayLength()} entries");
        return [.. list.EnumerateArray().Select(e => e.ValueKind == JsonValueKind.Number && e.TryGetInt64(out var number)
            ? number
            : throw new FormatException($"tensor '{name}': {property} holds {e.ValueKind} instead of 64-bit integers"))];
    }

    private static void CheckCover(List<Entry> entries, long dataLength)
    {
        var (at, before) = (0L, "the header");
        foreach (var entry in entries)
        {
            if (entry.Begin < at)
                throw new FormatException($"tensor '{entry.Name}' overlaps {before}");
            if (entry.Begin > at)
                throw new FormatException($"bytes {at} to {entry.Begin} before tensor '{entry.Name}' belong to no tensor");
            (at, before) = (entry.End, $"tensor '{entry.Name}'");
        }
        if (at != dataLength)
            throw new FormatException($"{dataLength - at} bytes after {before} belong to no tensor");
    }

    private static void WriteEntry(Utf8JsonWriter json, Entry entry)
    {
        json.WriteStartObject(entry.Name);
        json.WriteString("dtype", Types.First(pair => pair.Value == entry.Type).Key);
        json.WriteStartArray("shape");
        foreach (var size in entry.Shape)
            json.WriteNumberValue(size);
        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(entry.Begin);
        json.WriteNumberValue(entry.End);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
