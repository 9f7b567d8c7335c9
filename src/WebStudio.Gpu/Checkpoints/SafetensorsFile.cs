using System.Buffers.Binary;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Checkpoints;

/// <summary>A safetensors file in memory.</summary>
/// <param name="Tensors">Contiguous CPU tensors by name, in the order of their bytes; they belong to the caller's dispose scope, where there is one.</param>
/// <param name="Metadata">The free strings of the header; empty where there are none.</param>
public sealed record SafetensorsFile(IReadOnlyDictionary<string, Tensor> Tensors, IReadOnlyDictionary<string, string> Metadata)
{
    /// <summary>Reads a file. Every claim of the header is checked before anything is allocated, so memory stays in the order of the file's size.</summary>
    /// <exception cref="CheckpointException">The file is missing, unreadable or damaged; the message names file and tensor.</exception>
    public static SafetensorsFile Read(string path)
    {
        using var stream = CheckpointFile.Open(path);
        return Read(path, stream);
    }

    /// <summary>Writes tensors of any device and layout; see <see cref="AtomicFile"/> for what a failure leaves behind (nothing).</summary>
    /// <param name="path">The file's place.</param>
    /// <param name="tensors">Name and tensor; types F64 F32 F16 BF16 I64 I32 I16 I8 U8 BOOL.</param>
    /// <param name="metadata">Free strings for the header.</param>
    /// <exception cref="InvalidInputException">The file cannot be written.</exception>
    /// <exception cref="ArgumentException">Two tensors have the same name, or one has a type that the format does not know.</exception>
    public static void Write(string path, IEnumerable<KeyValuePair<string, Tensor>> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        // Widest types first, as the reference implementation does: every tensor is then aligned to its element.
        var ordered = tensors.OrderByDescending(pair => TensorBytes.SizeOf(pair.Value.dtype)).ToList();
        if (ordered.GroupBy(pair => pair.Key).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new ArgumentException($"Two tensors are named '{twice.Key}'.", nameof(tensors));
        var entries = new List<SafetensorsHeader.Entry>();
        long at = 0;
        foreach (var (name, tensor) in ordered)
        {
            var end = at + tensor.numel() * TensorBytes.SizeOf(tensor.dtype);
            entries.Add(new(name, tensor.dtype, tensor.shape, at, end));
            at = end;
        }
        var header = new SafetensorsHeader(entries, metadata ?? new Dictionary<string, string>()).ToBytes();
        AtomicFile.Write(path, stream =>
        {
            Span<byte> length = stackalloc byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
            stream.Write(length);
            stream.Write(header);
            foreach (var (_, tensor) in ordered)
                TensorBytes.Write(stream, tensor);
        });
    }

    internal static SafetensorsFile Read(string path, Stream stream)
    {
        using var scope = NewDisposeScope();
        var at = "the header";
        try
        {
            var header = ReadHeader(stream);
            var start = stream.Position;
            var tensors = new Dictionary<string, Tensor>();
            foreach (var entry in header.Entries)
            {
                at = $"tensor '{entry.Name}'";
                stream.Position = start + entry.Begin;
                tensors[entry.Name] = TensorBytes.Read(stream, entry.Type, entry.Shape);
            }
            foreach (var tensor in tensors.Values)
                tensor.MoveToOuterDisposeScope();
            return new(tensors, header.Metadata);
        }
        catch (FormatException error)
        {
            throw new CheckpointException($"{path} is not a usable safetensors file: {error.Message}.", error);
        }
        catch (Exception error) when (error is IOException or InvalidDataException)
        {
            throw new CheckpointException($"{path} cannot be read at {at}: {error.Message}.", error);
        }
    }

    private static SafetensorsHeader ReadHeader(Stream stream)
    {
        if (stream.Length < 10)
            throw new FormatException($"{stream.Length} bytes are too few for a header");
        Span<byte> prefix = stackalloc byte[8];
        stream.ReadExactly(prefix);
        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > (ulong)(stream.Length - 8) || length > SafetensorsHeader.MaxLength)
            throw new FormatException($"the header claims {length} bytes, the file has {stream.Length} (at most {SafetensorsHeader.MaxLength} are accepted)");
        var json = new byte[length];
        stream.ReadExactly(json);
        return SafetensorsHeader.Parse(json, stream.Length - 8 - json.Length);
    }
}
