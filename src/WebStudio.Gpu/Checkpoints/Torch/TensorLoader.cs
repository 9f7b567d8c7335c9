using static TorchSharp.torch;

namespace WebStudio.Gpu.Checkpoints.Torch;

/// <summary>
/// Reads elements, every storage once: tensors that share one keep sharing it, as in Python, so a file cannot ask for more memory than it has
/// bytes. Tensors belong to the dispose scope that is open while loading.
/// </summary>
internal sealed class TensorLoader
{
    private readonly Dictionary<TorchStorage, Tensor> _storages = [];

    /// <summary>The tensor on the CPU with the saved shape and strides, without gradient.</summary>
    /// <exception cref="CheckpointException">The elements cannot be read.</exception>
    public Tensor Load(StoredTensor stored)
    {
        if (stored.Elements == 0)
            return empty(stored.Shape, stored.Storage.Type, CPU);
        if (!_storages.TryGetValue(stored.Storage, out var flat))
            _storages[stored.Storage] = flat = ReadFlat(stored.Storage);
        return flat.as_strided(stored.Shape, stored.Strides, stored.Offset);
    }

    private static Tensor ReadFlat(TorchStorage storage)
    {
        try
        {
            return TensorBytes.Read(storage.Bytes.StreamAt(0), storage.Type, [storage.Elements]);
        }
        catch (Exception error) when (error is IOException or InvalidDataException)
        {
            throw storage.Bytes.Refuse(0, $"storage '{storage.Key}' cannot be read: {error.Message}", error);
        }
    }
}
