namespace WebStudio.Gpu.Imaging.Provenance;

/// <summary>A line at the lower left of a picture that says how it was made, legible on any ground: white on a dark bar.</summary>
public static class VisibleLabel
{
    // Letters this share of the picture's height, never smaller than the font itself.
    private const int Lines = 26;

    /// <summary>The words of a label.</summary>
    public static string Text(DigitalSource source) => source == DigitalSource.TrainedAlgorithmicMedia ? "AI-GENERATED" : "AI-EDITED";

    /// <summary>The picture with its label.</summary>
    /// <param name="image">Not changed; at least 90 pixels wide for the whole text.</param>
    /// <param name="source">How it came to be.</param>
    public static RgbImage Draw(RgbImage image, DigitalSource source)
    {
        var scale = Math.Max(1, (int)Math.Round(image.Height / (double)(Lines * PixelFont.Height)));
        var text = Text(source);
        var margin = 2 * scale;
        var (width, height) = (Math.Min(image.Width, text.Length * 6 * scale + 2 * margin), Math.Min(image.Height, PixelFont.Height * scale + 2 * margin));
        var pixels = (byte[])image.Pixels.Clone();
        var top = image.Height - height;
        for (var y = top; y < image.Height; y++)
            for (var i = 3 * y * image.Width; i < 3 * (y * image.Width + width); i++)
                pixels[i] /= 5;
        if (height == PixelFont.Height * scale + 2 * margin)
            PixelFont.Draw(pixels, image.Width, margin, top + margin, width - 2 * margin, text, scale, 255);
        return new RgbImage(image.Width, image.Height, pixels);
    }
}
