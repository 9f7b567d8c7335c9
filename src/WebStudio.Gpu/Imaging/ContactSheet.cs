namespace WebStudio.Gpu.Imaging;

/// <summary>Many pictures in one: strips of an attribute's range, grids of synthesised faces, an album at a glance.</summary>
public static class ContactSheet
{
    /// <summary>Pictures in rows, each in a cell as large as the largest of them, captions above.</summary>
    /// <param name="images">At least one.</param>
    /// <param name="options">Columns, sizes, captions; one row as the pictures are when null.</param>
    /// <exception cref="ArgumentException">No picture, a different number of captions, or a number out of range.</exception>
    public static RgbImage Compose(IReadOnlyList<RgbImage> images, ContactSheetOptions? options = null)
    {
        options ??= new ContactSheetOptions();
        if (images.Count == 0 || (options.Captions is { } captions && captions.Count != images.Count))
            throw new ArgumentException($"{images.Count} pictures and {options.Captions?.Count} captions make no sheet.", nameof(images));
        ArgumentOutOfRangeException.ThrowIfNegative(options.Gap);
        var columns = Math.Clamp(options.Columns ?? images.Count, 1, images.Count);
        if (options.CellSize is { } cell)
            images = [.. images.Select(image => Fit(image, cell))];

        var (width, height) = (images.Max(i => i.Width), images.Max(i => i.Height));
        var scale = Math.Max(1, width / 128);
        var captionHeight = options.Captions is null ? 0 : (PixelFont.Height + 2) * scale;
        var rows = (images.Count + columns - 1) / columns;
        var sheetWidth = columns * (width + options.Gap) + options.Gap;
        var sheetHeight = rows * (height + captionHeight + options.Gap) + options.Gap;
        var pixels = new byte[checked(sheetWidth * sheetHeight * 3)];
        Array.Fill(pixels, options.Background);
        for (var i = 0; i < images.Count; i++)
        {
            var image = images[i];
            var left = options.Gap + i % columns * (width + options.Gap);
            var top = options.Gap + i / columns * (height + captionHeight + options.Gap);
            if (options.Captions?[i] is { } caption)
                PixelFont.Draw(pixels, sheetWidth, left, top, width, caption, scale, options.Background < 128 ? (byte)255 : (byte)0);
            var (x, y) = (left + (width - image.Width) / 2, top + captionHeight + (height - image.Height) / 2);
            for (var row = 0; row < image.Height; row++)
                Array.Copy(image.Pixels, row * image.Width * 3, pixels, ((y + row) * sheetWidth + x) * 3, image.Width * 3);
        }
        return new RgbImage(sheetWidth, sheetHeight, pixels);
    }

    private static RgbImage Fit(RgbImage image, int cell)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(cell, 1);
        var scale = (double)cell / Math.Max(image.Width, image.Height);
        return image.Resize(Math.Max(1, (int)Math.Round(image.Width * scale)), Math.Max(1, (int)Math.Round(image.Height * scale)));
    }
}
