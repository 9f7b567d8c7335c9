namespace WebStudio.Gpu.Checkpoints.Pickles;

/// <summary>
/// A stretch of a file, read on demand. Byte strings inside a pickle stay windows, so a network of 400 MB costs no memory until the wanted
/// tensors are read out of it. The stream is shared: one thread at a time.
/// </summary>
internal sealed class ByteWindow
{
    private readonly Stream _stream;
    private readonly long _start;

    /// <summary>A window onto a whole stream.</summary>
    /// <param name="name">The file, for messages.</param>
    /// <param name="stream">Seekable; stays open as long as windows are read.</param>
    public ByteWindow(string name, Stream stream)
        : this(name, stream, 0, stream.Length)
    {
    }

    private ByteWindow(string name, Stream stream, long start, long length)
    {
        (Name, _stream, _start, Length) = (name, stream, start, length);
    }

    /// <summary>The file, for messages.</summary>
    public string Name { get; }

    /// <summary>Length in bytes.</summary>
    public long Length { get; }

    /// <summary>Fills the buffer from an offset on.</summary>
    /// <exception cref="CheckpointException">The bytes are not there or cannot be read.</exception>
    public void Read(long offset, Span<byte> buffer)
    {
        if (offset < 0 || offset > Length - buffer.Length)
            throw Refuse(offset, $"{buffer.Length} bytes are needed, {Math.Max(0, Length - offset)} are left");
        try
        {
            _stream.Position = _start + offset;
            _stream.ReadExactly(buffer);
        }
        catch (IOException error)
        {
            throw Refuse(offset, error.Message, error);
        }
    }

    /// <summary>The shared stream, positioned at an offset of this window; for reads larger than a span.</summary>
    public Stream StreamAt(long offset)
    {
        _stream.Position = _start + offset;
        return _stream;
    }

    /// <summary>A window within this one.</summary>
    /// <exception cref="CheckpointException">It would reach beyond.</exception>
    public ByteWindow Slice(long offset, long length)
    {
        if (offset < 0 || length < 0 || offset > Length - length)
            throw Refuse(offset, $"{length} bytes are claimed, {Math.Max(0, Length - offset)} are left");
        return new(Name, _stream, _start + offset, length);
    }

    /// <summary>The bytes themselves; for short ones.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[Length];
        Read(0, bytes);
        return bytes;
    }

    /// <summary>The error that names file and place (counted from the file's start).</summary>
    public CheckpointException Refuse(long offset, string what, Exception? inner = null) => new($"{Name}: {what} (at byte {_start + offset}).", inner);
}
