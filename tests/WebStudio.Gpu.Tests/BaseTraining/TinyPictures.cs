using SkiaSharp;

namespace WebStudio.Gpu.Tests.BaseTraining;

/// <summary>A folder of small synthetic pictures: coloured discs on coloured grounds, the same ones every time.</summary>
internal sealed class TinyPictures : IDisposable
{
    public const int Side = 64;

    public TinyPictures() => Directory.CreateDirectory(Folder);

    public string Folder { get; } = Path.Combine(Path.GetTempPath(), $"tiny-pictures-{Guid.NewGuid():N}");

    public string Place(string name) => Path.Combine(Folder, name);

    /// <summary>Writes pictures disc00.png, disc01.png, …</summary>
    public TinyPictures WithDiscs(int count, bool transparentLeft = false)
    {
        var random = new Random(1);
        for (var i = 0; i < count; i++)
            File.WriteAllBytes(Place($"disc{i:00}.png"), Disc(random, transparentLeft));
        return this;
    }

    /// <summary>A picture with a value for each pixel: red, green, blue, alpha.</summary>
    public static byte[] Png(int width, int height, Func<int, int, (byte R, byte G, byte B, byte A)> pixel)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
                bitmap.SetPixel(x, y, pixel(x, y) is var (r, g, b, a) ? new SKColor(r, g, b, a) : default);
        using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static byte[] Disc(Random random, bool transparentLeft)
    {
        var (ground, disc) = (Colour(random), Colour(random));
        var (cx, cy, radius) = (20 + random.Next(24), 20 + random.Next(24), 8 + random.Next(14));
        return Png(Side, Side, (x, y) =>
        {
            var (r, g, b) = (x - cx) * (x - cx) + (y - cy) * (y - cy) < radius * radius ? disc : ground;
            return (r, g, b, transparentLeft && x < Side / 4 ? (byte)0 : (byte)255);
        });
    }

    private static (byte R, byte G, byte B) Colour(Random random) => ((byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256));
}
