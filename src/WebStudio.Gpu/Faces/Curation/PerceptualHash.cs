using System.Globalization;
using System.Numerics;
using WebStudio.Gpu.Imaging;

namespace WebStudio.Gpu.Faces.Curation;

/// <summary>A difference hash of 256 bits: whether brightness grows from each cell of a 17 × 16 grid to its right neighbour. Copies of one picture differ in few bits.</summary>
public sealed class PerceptualHash
{
    private const int Rows = 16;
    private readonly ushort[] _rows = new ushort[Rows];

    private PerceptualHash()
    {
    }

    /// <summary>Hashes an aligned face, so that different cut-outs of one photo come out alike.</summary>
    public static PerceptualHash Of(RgbImage aligned)
    {
        var hash = new PerceptualHash();
        var cells = Luma(aligned.Resize(Rows + 1, Rows + 1));
        for (var y = 0; y < Rows; y++)
            for (var x = 0; x < Rows; x++)
                if (cells[y * (Rows + 1) + x + 1] > cells[y * (Rows + 1) + x])
                    hash._rows[y] |= (ushort)(1 << x);
        return hash;
    }

    /// <summary>Number of bits that differ, 0 to 256; about 128 for unrelated pictures.</summary>
    public int DistanceTo(PerceptualHash other) => _rows.Zip(other._rows, (a, b) => BitOperations.PopCount((uint)(a ^ b))).Sum();

    /// <summary>The bits as 64 hexadecimal digits.</summary>
    public override string ToString() => string.Concat(_rows.Select(row => row.ToString("x4", CultureInfo.InvariantCulture)));

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <exception cref="FormatException">Not 64 hexadecimal digits.</exception>
    public static PerceptualHash Parse(string text)
    {
        if (text.Length != 4 * Rows)
            throw new FormatException($"A hash has {4 * Rows} hexadecimal digits, not {text.Length}.");
        var hash = new PerceptualHash();
        for (var y = 0; y < Rows; y++)
            hash._rows[y] = ushort.Parse(text.AsSpan(4 * y, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        return hash;
    }

    /// <summary>Brightness (BT.601 weights) of every pixel, by rows.</summary>
    internal static double[] Luma(RgbImage image)
    {
        var luma = new double[image.Width * image.Height];
        for (var i = 0; i < luma.Length; i++)
            luma[i] = 0.299 * image.Pixels[3 * i] + 0.587 * image.Pixels[3 * i + 1] + 0.114 * image.Pixels[3 * i + 2];
        return luma;
    }
}
