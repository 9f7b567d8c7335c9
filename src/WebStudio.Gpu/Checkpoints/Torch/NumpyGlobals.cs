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
        globals.Add("numpy", "dtype", arguments => arguments is [string code, ..]
            ? new NumpyType(code)
            : throw new FormatException("a NumPy dtype is not named by text"));
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
