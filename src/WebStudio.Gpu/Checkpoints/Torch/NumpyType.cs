using WebStudio.Gpu.Checkpoints.Pickles;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Checkpoints.Torch;

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
