using System.Net;

namespace WebStudio.Server.Tests.Kills;

/// <summary>A body that is sent in pieces with pauses between them, so that a server can die in the middle of it.</summary>
/// <param name="bytes">The body.</param>
/// <param name="pause">Milliseconds after every piece; 0 for none.</param>
internal sealed class SlowContent(byte[] bytes, int pause) : HttpContent
{
    private const int Piece = 16 * 1024;

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        for (var at = 0; at < bytes.Length; at += Piece)
        {
            await stream.WriteAsync(bytes.AsMemory(at, Math.Min(Piece, bytes.Length - at)));
            await stream.FlushAsync();
            if (pause > 0)
                await Task.Delay(pause);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = bytes.Length;
        return true;
    }
}
