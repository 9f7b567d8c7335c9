using WebStudio.Gpu.Checkpoints.Pickles;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Checkpoints.Torch;

/// <summary>
/// A flat run of elements that tensors are views of. The pickle only names it; its bytes are found elsewhere in the file. Where it lay when it
/// was saved (cpu, cuda:0) does not matter here.
/// </summary>
internal sealed class TorchStorage
{
    private ByteWindow? _bytes;

    /// <summary>A storage as the pickle names it.</summary>
    /// <param name="key">Its key within the file.</param>
    /// <param name="type">Element type.</param>
    /// <param name="elements">Number of elements it claims.</param>
    /// <exception cref="FormatException">The claim is impossible.</exception>
    public TorchStorage(string key, ScalarType type, long elements)
    {
        if (elements < 0 || elements > long.MaxValue / TensorBytes.SizeOf(type))
            throw new FormatException($"storage '{key}' claims {elements} elements");
        (Key, Type, Elements) = (key, type, elements);
    }

    /// <summary>Its key within the file.</summary>
    public string Key { get; }

    /// <summary>Element type.</summary>
    public ScalarType Type { get; }

    /// <summary>Number of elements.</summary>
    public long Elements { get; }

    /// <summary>Whether its bytes have been found.</summary>
    public bool IsAttached => _bytes is not null;

    /// <summary>The bytes, little-endian.</summary>
    public ByteWindow Bytes => _bytes ?? throw new InvalidOperationException($"Storage '{Key}' has no bytes yet.");

    /// <summary>A storage whose bytes are at hand.</summary>
    public static TorchStorage Of(ScalarType type, long elements, ByteWindow bytes)
    {
        var storage = new TorchStorage("array", type, elements);
        storage.Attach(bytes);
        return storage;
    }

    /// <summary>Says where the bytes are.</summary>
    /// <exception cref="CheckpointException">They are not as many as the storage claims.</exception>
    public void Attach(ByteWindow window)
    {
        if (window.Length != Elements * TensorBytes.SizeOf(Type))
            throw window.Refuse(0, $"storage '{Key}' claims {Elements} elements of type {Type}, its data are {window.Length} bytes");
        _bytes = window;
    }
}
