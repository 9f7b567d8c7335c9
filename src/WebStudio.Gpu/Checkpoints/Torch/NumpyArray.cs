using WebStudio.Gpu.Checkpoints.Pickles;

namespace WebStudio.Gpu.Checkpoints.Torch;

/// <summary>numpy.ndarray; empty until its state (version, shape, dtype, column-major, bytes) arrives.</summary>
internal sealed class NumpyArray : IPickleState
{
    /// <summary>The content.</summary>
    public StoredTensor? Tensor { get; private set; }

    /// <summary>Takes shape, type and bytes.</summary>
    public void SetState(object? state)
    {
        if (state is not object?[] { Length: 5 } parts || parts is not [_, object?[] shape, NumpyType type, bool columnMajor, ByteWindow bytes])
            throw new FormatException("a NumPy array is built from something other than version, shape, dtype, order and bytes");
        var sizes = TorchGlobals.Integers(shape, "a NumPy shape");
        if (TensorShape.Elements(sizes) is not { } elements || (Int128)elements * TensorBytes.SizeOf(type.Type) != bytes.Length)
            throw new FormatException($"a NumPy array of shape {TensorShape.Text(sizes)} does not fill its {bytes.Length} bytes");
        var strides = TensorShape.RowMajorStrides(columnMajor ? [.. sizes.Reverse()] : sizes);
        Tensor = new StoredTensor(TorchStorage.Of(type.Type, elements, bytes), 0, sizes, columnMajor ? [.. strides.Reverse()] : strides);
    }
}
