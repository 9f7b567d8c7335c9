namespace WebStudio.Gpu.Imaging;

/// <summary>Names what a file is when it is not a picture we read, so that the message helps: most albums contain a few such files.</summary>
internal static class ForeignContent
{
    public static string Describe(ReadOnlySpan<byte> file)
    {
        if (file.Length >= 12 && file[4..8].SequenceEqual("ftyp"u8))
            return file[8..12] switch
            {
                var brand when brand.StartsWith("avi"u8) => "is an AVIF picture",
                var brand when brand.StartsWith("he"u8) || brand.StartsWith("mif1"u8) => "is a HEIC picture (as iPhones take them)",
                _ => "is a video",
            };
        if (file.StartsWith("II*\0"u8) || file.StartsWith("MM\0*"u8))
            return "is a TIFF or camera raw picture";
        if (file.StartsWith("%PDF"u8))
            return "is a PDF document";
        if (file.StartsWith("PK\u0003\u0004"u8))
            return "is a ZIP archive";
        if (StartsAsPicture(file))
            return "begins like a picture but its header is damaged or cut off";
        return "is not a picture";
    }

    private static bool StartsAsPicture(ReadOnlySpan<byte> file) =>
        file.StartsWith((ReadOnlySpan<byte>)[0xff, 0xd8]) || file.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G'])
        || file.StartsWith("RIFF"u8) || file.StartsWith("GIF8"u8) || file.StartsWith("BM"u8);
}
