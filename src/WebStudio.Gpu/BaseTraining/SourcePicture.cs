namespace WebStudio.Gpu.BaseTraining;

/// <summary>A picture of a source: where its bytes lie, and what is known of it. The bytes are read when they are decoded, so that a folder of camera files need not fit into memory.</summary>
/// <param name="Name">Its path within the source, with forward slashes.</param>
/// <param name="File">The file its bytes lie in: itself, or the archive.</param>
/// <param name="Offset">Where they begin.</param>
/// <param name="Length">How many they are.</param>
internal sealed record SourcePicture(string Name, string File, long Offset, long Length)
{
    /// <summary>Who is shown; null where nothing is known of it.</summary>
    public string? Identity { get; init; }

    /// <summary>It is kept for measuring: nothing may be learnt from it.</summary>
    public bool HeldOut { get; init; }

    /// <summary>Its bytes.</summary>
    /// <param name="most">More are not read.</param>
    /// <exception cref="InvalidInputException">It is larger, or cannot be read.</exception>
    public byte[] Read(long most)
    {
        if (Length > most)
            throw new InvalidInputException($"{Name} is larger than {most / 1048576.0:0.#} MiB, the most that is accepted for one file.");
        try
        {
            using var handle = System.IO.File.OpenHandle(File);
            var bytes = new byte[Length];
            for (var done = 0; done < bytes.Length;)
                done += RandomAccess.Read(handle, bytes.AsSpan(done), Offset + done) is > 0 and var read ? read : throw new EndOfStreamException("it ends too early.");
            return bytes;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"{Name} cannot be read: {e.Message}", e);
        }
    }
}
