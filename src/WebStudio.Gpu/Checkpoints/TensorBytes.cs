using static TorchSharp.torch;

namespace WebStudio.Gpu.Checkpoints;

/// <summary>Moves little-endian elements between files and tensors without a copy in between.</summary>
internal static class TensorBytes
{
    /// <summary>A span covers at most 2 GiB, a tensor may be larger: bytes move in pieces of this many elements.</summary>
    private const long Piece = 1 << 24;

    /// <summary>Bytes of one element; the types are those that checkpoint files hold.</summary>
    public static int SizeOf(ScalarType type) => type switch
    {
        ScalarType.Byte or ScalarType.Int8 or ScalarType.Bool => 1,
        ScalarType.Int16 or ScalarType.Float16 or ScalarType.BFloat16 => 2,
        ScalarType.Int32 or ScalarType.Float32 => 4,
        ScalarType.Int64 or ScalarType.Float64 => 8,
        _ => throw new ArgumentException($"Tensors of type {type} are not stored in checkpoints.", nameof(type)),
    };

    /// <summary>Reads a contiguous CPU tensor from the stream's position on; the caller has checked that the bytes are there.</summary>
    /// <exception cref="EndOfStreamException">The stream ends early.</exception>
    /// <exception cref="InvalidDataException">A boolean is neither 0 nor 1.</exception>
    public static Tensor Read(Stream stream, ScalarType type, long[] shape)
    {
        using var scope = NewDisposeScope();
        var result = empty(shape, type, CPU);
        ForEachPiece(result, piece =>
        {
            stream.ReadExactly(piece);
            if (type == ScalarType.Bool && piece.ContainsAnyExceptInRange((byte)0, (byte)1))
                throw new InvalidDataException("a boolean is neither 0 nor 1");
        });
        return result.MoveToOuterDisposeScope();
    }

    /// <summary>Writes the elements in row-major order.</summary>
    public static void Write(Stream stream, Tensor tensor)
    {
        using var scope = NewDisposeScope();
        ForEachPiece(tensor.detach().cpu().contiguous(), piece => stream.Write(piece));
    }

    private delegate void PieceAction(Span<byte> piece);

    private static void ForEachPiece(Tensor contiguous, PieceAction action)
    {
        if (contiguous.numel() <= Piece)
        {
            if (contiguous.numel() > 0)
                action(contiguous.bytes);
            return;
        }
        var flat = contiguous.view(-1);
        for (long at = 0; at < flat.numel(); at += Piece)
            using (var piece = flat.narrow(0, at, Math.Min(Piece, flat.numel() - at)))
                action(piece.bytes);
    }
}
