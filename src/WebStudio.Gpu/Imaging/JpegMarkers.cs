using System.Buffers.Binary;

namespace WebStudio.Gpu.Imaging;

/// <summary>
/// Follows the markers of a JPEG file. A decoder shows a progressive file from any beginning of it, only coarser, and so never reports that the
/// rest is missing; the markers do.
/// </summary>
internal static class JpegMarkers
{
    /// <summary>True when the picture is stored in several scans and the file ends before the end marker.</summary>
    public static bool AreCutOff(ReadOnlySpan<byte> file)
    {
        var severalScans = false;
        var components = 0;
        for (var at = 2; at + 4 <= file.Length;)
        {
            if (file[at] != 0xff || file[at + 1] is 0 or 0xff)
            {
                // Entropy-coded data, stuffing or fill bytes: on to the next 0xff.
                var step = file[(at + 1)..].IndexOf((byte)0xff);
                if (step < 0)
                    return severalScans;
                at += 1 + step;
                continue;
            }
            var marker = file[at + 1];
            if (marker == 0xd9)
                return false;
            if (marker is 0x01 or >= 0xd0 and <= 0xd8)
            {
                at += 2; // these stand alone
                continue;
            }
            var length = BinaryPrimitives.ReadUInt16BigEndian(file[(at + 2)..]);
            if (length < 2 || at + 2 + length > file.Length)
                return severalScans;
            var segment = file.Slice(at + 4, length - 2);
            if (marker is >= 0xc0 and <= 0xcf and not (0xc4 or 0xc8 or 0xcc) && segment.Length >= 6)
            {
                severalScans |= marker is 0xc2 or 0xc6 or 0xca or 0xce; // progressive frames
                components = segment[5];
            }
            else if (marker == 0xda && segment.Length >= 1)
            {
                severalScans |= segment[0] < components;
            }
            at += 2 + length;
        }
        return severalScans && !file.EndsWith((ReadOnlySpan<byte>)[0xff, 0xd9]);
    }
}
