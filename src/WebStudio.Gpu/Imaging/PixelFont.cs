namespace WebStudio.Gpu.Imaging;

/// <summary>Capitals, digits and signs of 5 × 7 pixels: captions look alike on machines without any font installed.</summary>
internal static class PixelFont
{
    public const int Height = 7;
    private const int Advance = 6;

    // Five columns from the left, the lowest bit at the top.
    private static readonly Dictionary<char, ulong> Glyphs = new()
    {
        ['0'] = 0x3e5149453e, ['1'] = 0x00427f4000, ['2'] = 0x4261514946, ['3'] = 0x2141454b31, ['4'] = 0x1814127f10,
        ['5'] = 0x2745454539, ['6'] = 0x3c4a494930, ['7'] = 0x0171090503, ['8'] = 0x3649494936, ['9'] = 0x064949291e,
        ['A'] = 0x7e1111117e, ['B'] = 0x7f49494936, ['C'] = 0x3e41414122, ['D'] = 0x7f4141221c, ['E'] = 0x7f49494941,
        ['F'] = 0x7f09090901, ['G'] = 0x3e4149497a, ['H'] = 0x7f0808087f, ['I'] = 0x00417f4100, ['J'] = 0x2040413f01,
        ['K'] = 0x7f08142241, ['L'] = 0x7f40404040, ['M'] = 0x7f020c027f, ['N'] = 0x7f0408107f, ['O'] = 0x3e4141413e,
        ['P'] = 0x7f09090906, ['Q'] = 0x3e4151215e, ['R'] = 0x7f09192946, ['S'] = 0x4649494931, ['T'] = 0x01017f0101,
        ['U'] = 0x3f4040403f, ['V'] = 0x1f2040201f, ['W'] = 0x3f4038403f, ['X'] = 0x6314081463, ['Y'] = 0x0708700807,
        ['Z'] = 0x6151494543, [' '] = 0, ['.'] = 0x0060600000, [','] = 0x0050300000, [':'] = 0x0036360000,
        ['-'] = 0x0808080808, ['+'] = 0x08083e0808, ['='] = 0x1414141414, ['%'] = 0x2313086462, ['°'] = 0x0006090906,
        ['/'] = 0x2010080402, ['('] = 0x001c224100, [')'] = 0x0041221c00, ['_'] = 0x4040404040, ['?'] = 0x0201510906,
    };

    /// <summary>Draws into RGB rows; characters that do not fit into <paramref name="width"/> are left out.</summary>
    public static void Draw(byte[] pixels, int stride, int left, int top, int width, string text, int scale, byte level)
    {
        text = text.Replace('−', '-').ToUpperInvariant();
        for (var i = 0; i < Math.Min(text.Length, (width + scale) / (Advance * scale)); i++)
        {
            var glyph = Glyphs.GetValueOrDefault(text[i], Glyphs['?']);
            for (var y = 0; y < Height * scale; y++)
                for (var x = 0; x < 5 * scale; x++)
                    if ((glyph >> (8 * (4 - x / scale)) & 1ul << (y / scale)) != 0)
                        pixels.AsSpan(((top + y) * stride + left + i * Advance * scale + x) * 3, 3).Fill(level);
        }
    }
}
