using System.Buffers.Binary;

namespace WebStudio.Benchmarks.Support;

/// <summary>As many different files as are wanted, made of a few photos: a comment in the JPEG makes each another file, which is taken in and looked at like any other.</summary>
internal sealed class Photos(IReadOnlyList<byte[]> originals)
{
    private int _given;

    /// <summary>The next file.</summary>
    public byte[] Next()
    {
        var n = Interlocked.Increment(ref _given);
        var original = originals[n % originals.Count];
        byte[] comment = [0xff, 0xfe, 0, 6, 0, 0, 0, 0]; // marker COM, its length, and the number
        BinaryPrimitives.WriteInt32BigEndian(comment.AsSpan(4), n);
        return [.. original.AsSpan(0, 2), .. comment, .. original.AsSpan(2)];
    }
}
