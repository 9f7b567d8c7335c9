using System.Text.Json;
using System.Text.Json.Serialization;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Faces.Networks;

/// <summary>
/// The tensors of one face-api model: a TensorFlow.js weight manifest (<c>NAME-weights_manifest.json</c>) with its binary shards. Values are float32 or int32,
/// or quantised to uint8/uint16 and restored as <c>stored · scale + min</c>. Nothing but numbers is read, and every extent is checked against the files' sizes.
/// </summary>
internal sealed class FaceModelWeights : IDisposable
{
    private const long MaxBytes = 256L << 20;
    private readonly Dictionary<string, Tensor> _tensors = new(StringComparer.Ordinal);
    private readonly string _model;

    private FaceModelWeights(string model) => _model = model;

    /// <summary>Reads all tensors of a model, on the CPU, in the layout of the file (filters are [height, width, in, out]).</summary>
    /// <param name="folder">Folder of the manifests and shards.</param>
    /// <param name="model">Name of the model, such as <c>face_recognition_model</c>.</param>
    /// <exception cref="InvalidInputException">A file is missing, is not a manifest, or manifest and shards do not fit each other.</exception>
    public static FaceModelWeights Read(string folder, string model)
    {
        var weights = new FaceModelWeights(model);
        try
        {
            using var scope = NewDisposeScope();
            foreach (var group in weights.ReadManifest(Path.Combine(folder, model + "-weights_manifest.json")))
                weights.ReadGroup(group, folder);
            return weights;
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    /// <summary>Names of the tensors.</summary>
    public IEnumerable<string> Names => _tensors.Keys;

    /// <summary>A tensor by name; it stays this object's.</summary>
    /// <exception cref="InvalidInputException">The model has no such tensor.</exception>
    public Tensor this[string name] => _tensors.TryGetValue(name, out var tensor) ? tensor : throw Bad($"it has no tensor '{name}'");

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in _tensors.Values)
            tensor.Dispose();
        _tensors.Clear();
    }

    private List<Group> ReadManifest(string path)
    {
        if (!File.Exists(path))
            throw Bad($"{path} is missing; build the solution again, which fetches the models with npm");
        try
        {
            return JsonSerializer.Deserialize<List<Group>>(File.ReadAllBytes(path)) ?? throw Bad("the manifest is empty");
        }
        catch (JsonException e)
        {
            throw Bad($"the manifest is not JSON of the expected form ({e.Message})");
        }
    }

    private void ReadGroup(Group group, string folder)
    {
        var bytes = ReadShards(group.Paths ?? throw Bad("the manifest names no files"), folder);
        var offset = 0;
        foreach (var entry in group.Weights ?? throw Bad("the manifest lists no weights"))
        {
            var name = entry.Name ?? throw Bad("a weight has no name");
            var stored = entry.Quantization?.Dtype ?? entry.Dtype;
            var elementSize = stored switch
            {
                "uint8" when entry.Quantization is not null => 1,
                "uint16" when entry.Quantization is not null => 2,
                "float32" or "int32" when entry.Quantization is null => 4,
                _ => throw Bad($"'{name}' is stored as {stored}; accepted are float32, int32, and uint8 or uint16 with a scale"),
            };
            var shape = entry.Shape ?? throw Bad($"'{name}' has no shape");
            long count = 1;
            foreach (var size in shape)
                if (size < 1 || (count *= size) > MaxBytes)
                    throw Bad($"'{name}' has the impossible shape [{string.Join(", ", shape)}]");
            if (count * elementSize > bytes.Length - offset)
                throw Bad($"'{name}' needs {count * elementSize} bytes at {offset}, but the files end at {bytes.Length}");
            var data = bytes.AsSpan(offset, (int)count * elementSize);
            var values = Restore(data, entry, (int)count);
            if (!_tensors.TryAdd(name, tensor(values).reshape(shape).DetachFromDisposeScope()))
                throw Bad($"'{name}' occurs twice");
            offset += data.Length;
        }
        if (offset != bytes.Length)
            throw Bad($"the manifest describes {offset} bytes, the files hold {bytes.Length}");
    }

    private byte[] ReadShards(string[] paths, string folder)
    {
        using var all = new MemoryStream();
        foreach (var path in paths)
        {
            if (path.Length == 0 || path != Path.GetFileName(path))
                throw Bad($"the manifest points outside its folder: '{path}'");
            var file = new FileInfo(Path.Combine(folder, path));
            if (!file.Exists)
                throw Bad($"{file.FullName} is missing");
            if (all.Length + file.Length > MaxBytes)
                throw Bad($"its files are larger than {MaxBytes >> 20} MB");
            using var stream = file.OpenRead();
            stream.CopyTo(all);
        }
        return all.ToArray();
    }

    private static float[] Restore(ReadOnlySpan<byte> data, Entry entry, int count)
    {
        var values = new float[count];
        if (entry.Quantization is { } q)
            for (var i = 0; i < count; i++)
            {
                var stored = q.Dtype == "uint8" ? data[i] : BitConverter.ToUInt16(data[(2 * i)..]);
                values[i] = (float)(stored * q.Scale + q.Min);
                if (entry.Dtype == "int32")
                    values[i] = MathF.Round(values[i]);
            }
        else
            for (var i = 0; i < count; i++)
                values[i] = entry.Dtype == "int32" ? BitConverter.ToInt32(data[(4 * i)..]) : BitConverter.ToSingle(data[(4 * i)..]);
        return values;
    }

    private InvalidInputException Bad(string problem) => new($"Face model '{_model}': {problem}.");

    private sealed record Group([property: JsonPropertyName("weights")] Entry[]? Weights, [property: JsonPropertyName("paths")] string[]? Paths);

    private sealed record Entry(
        [property: JsonPropertyName("name")] string? Name,
        [property: JsonPropertyName("dtype")] string? Dtype,
        [property: JsonPropertyName("shape")] long[]? Shape,
        [property: JsonPropertyName("quantization")] Quantization? Quantization);

    private sealed record Quantization(
        [property: JsonPropertyName("dtype")] string? Dtype,
        [property: JsonPropertyName("scale")] double Scale,
        [property: JsonPropertyName("min")] double Min);
}
