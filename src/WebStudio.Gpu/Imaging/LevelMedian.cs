namespace WebStudio.Gpu.Imaging;

/// <summary>Median of many levels (0 to 255) without keeping or sorting them: they are counted in steps of 1/256 level.</summary>
internal sealed class LevelMedian
{
    private const int Steps = 256;
    private readonly int[] _counts = new int[256 * Steps];
    private int _count;

    public void Add(float level)
    {
        _counts[Math.Clamp((int)(level * Steps), 0, _counts.Length - 1)]++;
        _count++;
    }

    /// <summary>The middle level, or the mean of the middle two; to 1/256, exact where the levels are whole.</summary>
    public float Value => (At((_count - 1) / 2) + At(_count / 2)) / 2;

    private float At(int rank)
    {
        var step = 0;
        while (rank >= _counts[step])
            rank -= _counts[step++];
        return (float)step / Steps;
    }
}
