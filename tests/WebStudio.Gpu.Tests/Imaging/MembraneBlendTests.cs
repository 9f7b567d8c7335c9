using WebStudio.Gpu.Imaging;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Tests.Imaging;

public class MembraneBlendTests
{
    private const int Width = 30, Height = 22;

    [Fact]
    public void The_region_has_the_sources_gradients_and_the_targets_border()
    {
        using var scope = NewDisposeScope();
        var random = new Random(3);
        var (target, source) = (Noise(random), Noise(random));
        // A ring with a tooth: neither convex nor in one piece, and touching the picture's edge.
        bool[] region = [.. Enumerable.Range(0, Width * Height).Select(i => (i % Width, i / Width)).Select(p => Math.Abs(Math.Pow(p.Item1 - 13, 2) + Math.Pow(p.Item2 - 10, 2) - 50) < 35 || p is { Item1: >= 24, Item2: <= 6 })];
        var blended = MembraneBlend.Blend(target, source, region);

        // The same equations, solved at once: 4f - Σ neighbours f = 4s - Σ neighbours s inside, f = target outside.
        var inside = Enumerable.Range(0, region.Length).Where(i => region[i]).ToArray();
        var index = inside.Select((pixel, row) => (pixel, row)).ToDictionary(p => p.pixel, p => p.row);
        for (var channel = 0; channel < 3; channel++)
        {
            var (matrix, right) = (new double[inside.Length * inside.Length], new double[inside.Length]);
            foreach (var (pixel, row) in index)
                foreach (var neighbour in Neighbours(pixel))
                {
                    matrix[row * inside.Length + row] += 1;
                    right[row] += source.Pixels[3 * pixel + channel] - source.Pixels[3 * neighbour + channel];
                    if (index.TryGetValue(neighbour, out var column))
                        matrix[row * inside.Length + column] -= 1;
                    else
                        right[row] += target.Pixels[3 * neighbour + channel];
                }
            var exact = linalg.solve(tensor(matrix).view(inside.Length, inside.Length), tensor(right)).data<double>().ToArray();
            foreach (var (pixel, row) in index)
                Assert.InRange(blended.Pixels[3 * pixel + channel] - Math.Clamp(exact[row], 0, 255), -1.0, 1.0);
        }
        for (var i = 0; i < region.Length; i++)
            if (!region[i])
                Assert.Equal(target.Pixels[(3 * i)..(3 * i + 3)], blended.Pixels[(3 * i)..(3 * i + 3)]);
    }

    [Fact]
    public void A_source_that_differs_by_a_constant_leaves_no_seam()
    {
        var random = new Random(4);
        var target = new RgbImage(200, 160, [.. Enumerable.Range(0, 200 * 160 * 3).Select(_ => (byte)random.Next(60, 120))]);
        var source = new RgbImage(200, 160, [.. target.Pixels.Select(p => (byte)(p + 70))]);
        bool[] region = [.. Enumerable.Range(0, 200 * 160).Select(i => i % 200 is > 20 and < 170 && i / 200 is > 15 and < 140)];
        var blended = MembraneBlend.Blend(target, source, region);
        Assert.All(Enumerable.Range(0, blended.Pixels.Length), i => Assert.InRange(blended.Pixels[i] - target.Pixels[i], -1, 1));
    }

    [Fact]
    public void What_does_not_fit_together_is_refused()
    {
        var image = Noise(new Random(1));
        Assert.Throws<ArgumentException>(() => MembraneBlend.Blend(image, image, [true]));
        Assert.Throws<ArgumentException>(() => MembraneBlend.Blend(image, image, [.. Enumerable.Repeat(true, Width * Height)]));
    }

    // Values in the middle, so that nothing is clamped on the way.
    private static RgbImage Noise(Random random) => new(Width, Height, [.. Enumerable.Range(0, Width * Height * 3).Select(_ => (byte)random.Next(110, 146))]);

    private static IEnumerable<int> Neighbours(int i)
    {
        if (i % Width > 0) yield return i - 1;
        if (i % Width + 1 < Width) yield return i + 1;
        if (i >= Width) yield return i - Width;
        if (i + Width < Width * Height) yield return i + Width;
    }
}
