using System.Text;

namespace WebStudio.Gpu.Checkpoints.Pickles;

/// <summary>Reads a window from front to back in small steps; every length is checked against what is left before memory is taken.</summary>
internal sealed class ByteCursor(ByteWindow window)
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly byte[] _buffer = new byte[Math.Min(4096, window.Length)];
    private long _bufferStart;
    private int _buffered;

    /// <summary>The window that is read.</summary>
    public ByteWindow Window => window;

    /// <summary>Offset of the next byte.</summary>
    public long Position { get; private set; }

    /// <summary>The next byte.</summary>
    public byte ReadByte()
    {
        Fill(1);
        return _buffer[Position++ - _bufferStart];
    }

    /// <summary>The next bytes; at most 4096, valid until the next call.</summary>
    public ReadOnlySpan<byte> ReadSpan(int length)
    {
        Fill(length);
        var span = _buffer.AsSpan((int)(Position - _bufferStart), length);
        Position += length;
        return span;
    }

    /// <summary>The next bytes as a window of their own; they are stepped over, not read.</summary>
    public ByteWindow Take(ulong length)
    {
        CheckLeft(length);
        var slice = window.Slice(Position, (long)length);
        Position += (long)length;
        return slice;
    }

    /// <summary>UTF-8 text of a known length in bytes.</summary>
    /// <exception cref="FormatException">The bytes are not UTF-8.</exception>
    public string ReadText(ulong length)
    {
        CheckLeft(length);
        try
        {
            return Utf8.GetString(length <= (ulong)_buffer.Length ? ReadSpan((int)length) : Take(length).ToArray());
        }
        catch (DecoderFallbackException)
        {
            throw new FormatException($"a text of {length} bytes is not UTF-8");
        }
    }

    /// <summary>Bytes up to the next line feed, which is consumed; as Latin-1 text.</summary>
    public string ReadLine()
    {
        var line = new StringBuilder();
        for (var next = ReadByte(); next != '\n'; next = ReadByte())
            line.Append((char)next);
        return line.ToString();
    }

    private void CheckLeft(ulong length)
    {
        if (length > (ulong)(window.Length - Position) || length > (ulong)Array.MaxLength)
            throw new FormatException($"{length} bytes are claimed, {window.Length - Position} are left");
    }

    private void Fill(int length)
    {
        if (Position >= _bufferStart && Position + length <= _bufferStart + _buffered)
            return;
        if (length > window.Length - Position)
            throw new FormatException("the data end in the middle");
        _bufferStart = Position;
        _buffered = (int)Math.Min(_buffer.Length, window.Length - Position);
        window.Read(_bufferStart, _buffer.AsSpan(0, _buffered));
    }
}
