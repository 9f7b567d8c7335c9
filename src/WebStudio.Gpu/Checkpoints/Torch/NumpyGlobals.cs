using System.Buffers.Binary;
using WebStudio.Gpu.Checkpoints.Pickles;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Checkpoints.Torch;

/// <summary>NumPy's scalars and arrays of numbers. Scalars become bool, long or double; arrays become tensors.</summary>
internal static class NumpyGlobals
{
    /// <summary>Adds them to the list.</summary>
    public static void AddTo(PickleGlobals globals)
    {
        var arrayType = new PickleFunction("numpy.ndarray", _ => throw new FormatException("numpy.ndarray is called directly"));
        globals.AddValue("numpy", "ndarray", arrayType);
        globals.Add("numpy", "dtype", arguments => arguments is [string code, ..] ? new NumpyType(code) : throw new FormatException("a NumPy dtype is not named by text"));
        foreach (var module in new[] { "numpy.core.multiarray", "numpy._core.multiarray" })
        {
            globals.Add(module, "scalar", Scalar);
            globals.Add(module, "_reconstruct", arguments => arguments is [PickleFunction type, object?[], ..] && type == arrayType
                ? new NumpyArray()
                : throw new FormatException("a NumPy array is of an unknown kind"));
        }
    }

    private static object Scalar(object?[] arguments)
    {
        if (arguments is not [NumpyType type, ByteWindow bytes])
            throw new FormatException("a NumPy scalar is made of something other than a dtype and bytes");
        if (bytes.Length != TensorBytes.SizeOf(type.Type))
            throw new FormatException($"a NumPy scalar of type {type.Type} has {bytes.Length} bytes");
        var data = bytes.ToArray();
        return type.Type switch
        {
            ScalarType.Bool => data[0] != 0,
            ScalarType.Byte => (long)data[0],
            ScalarType.Int8 => (long)(sbyte)data[0],
            ScalarType.Int16 => (long)BinaryPrimitives.ReadInt16LittleEndian(data),
            ScalarType.Int32 => (long)BinaryPrimitives.ReadInt32LittleEndian(data),
            ScalarType.Int64 => BinaryPrimitives.ReadInt64LittleEndian(data),
            ScalarType.Float16 => (double)BinaryPrimitives.ReadHalfLittleEndian(data),
            ScalarType.Float32 => (double)BinaryPrimitives.ReadSingleLittleEndian(data),
            _ => BinaryPrimitives.ReadDoubleLittleEndian(data),
        };
    }
}

/// <summary>numpy.dtype of numbers; the state that follows carries the byte order.</summary>
internal sealed class NumpyType(string code) : IPickleState
{
    /// <summary>The element type as torch names it.</summary>
    public ScalarType Type { get; } = code switch
    {
        "b1" => ScalarType.Bool,
        "u1" => ScalarType.Byte,
        "i1" => ScalarType.Int8,
        "i2" => ScalarType.Int16,
        "i4" => ScalarType.Int32,
        "i8" => ScalarType.Int64,
        "f2" => ScalarType.Float16,
        "f4" => ScalarType.Float32,
        "f8" => ScalarType.Float64,
        _ => throw new FormatException($"the NumPy type '{(code.Length <= 20 ? code : code[..20])}' is not read; booleans, integers and floats are"),
    };

    /// <summary>State (version, byte order, …): only little-endian and single bytes are read.</summary>
    public void SetState(object? state)
    {
        if (state is not object?[] { Length: >= 2 } parts || parts[1] is not ("<" or "|" or "="))
            throw new FormatException("a NumPy type is not little-endian");
    }
}

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
