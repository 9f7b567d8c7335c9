using SkiaSharp;

namespace WebStudio.Server.Tests.Kills;

/// <summary>Pictures that no two are alike and that compress badly, so that they take a moment to send.</summary>
internal static class NoisyPicture
{
    public static byte[] Make(Random random)
    {
        using var bitmap = new SKBitmap(random.Next(120, 700), random.Next(120, 500), SKColorType.Rgba8888, SKAlphaType.Opaque);
        var pixels = new byte[bitmap.ByteCount];
        random.NextBytes(pixels);
        for (var alpha = 3; alpha < pixels.Length; alpha += 4)
            pixels[alpha] = 255;
        System.Runtime.InteropServices.Marshal.Copy(pixels, 0, bitmap.GetPixels(), pixels.Length);
        using var image = SKImage.FromBitmap(bitmap);
        using var data = image.Encode(random.Next(3) == 0 ? SKEncodedImageFormat.Png : SKEncodedImageFormat.Jpeg, 90);
        return data.ToArray();
    }
}
