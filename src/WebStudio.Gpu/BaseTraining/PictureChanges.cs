using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;
using RandomSource = TorchSharp.torch.Generator;

namespace WebStudio.Gpu.BaseTraining;

/// <summary>
/// Small changes to the pictures of one batch, the same for target and input: a few thousand pictures would be learnt by heart otherwise. What alignment and cameras do anyway: other lamps, a face that lies
/// a little aside, mirror images.
/// </summary>
internal sealed class PictureChanges
{
    private const double Jitter = 0.1;

    // Where an FFHQ-aligned head lies, in shares of the side, and how softly it is cut out.
    private const double Down = 0.54, Across = 0.5, HalfHeight = 0.44, HalfWidth = 0.34, Softness = 0.08;

    private readonly Tensor _gain, _shift, _flip;
    private readonly Tensor? _grid;

    /// <summary>Draws the changes.</summary>
    /// <param name="options">How much.</param>
    /// <param name="count">Pictures of the batch.</param>
    /// <param name="device">Where.</param>
    /// <param name="random">Source.</param>
    /// <param name="still">Nothing is turned, scaled or shifted.</param>
    public PictureChanges(BaseTrainingOptions options, int count, Device device, RandomSource random, bool still)
    {
        _gain = ((Uniform(random, count, 1, 1, 1) * 0.5 + Uniform(random, count, 3, 1, 1) * 0.25) * (2 * Jitter) + 1).to(device);
        _shift = (Uniform(random, count, 1, 1, 1) * Jitter).to(device);
        _flip = (Uniform(random, count, 1, 1, 1) > 0).to(device);
        if (still || options.Moved == 0)
            return;
        // Rows of [cos·s, −sin·s, x; sin·s, cos·s, y]: from a place in the changed picture to the place it is taken from.
        var chosen = (Uniform(random, count, 1) < 2 * options.Moved - 1).to(ScalarType.Float32);
        var angle = Uniform(random, count, 1) * (options.MovedDegrees * Math.PI / 180) * chosen;
        var scale = Uniform(random, count, 1) * options.MovedShare * chosen + 1;
        var (x, y) = (Uniform(random, count, 1) * options.MovedShare * chosen, Uniform(random, count, 1) * options.MovedShare * chosen);
        var rows = cat([angle.cos() * scale, angle.sin() * scale * -1, x, angle.sin() * scale, angle.cos() * scale, y], 1);
        _grid = rows.view(count, 2, 3).to(device);
    }

    /// <summary>Brightness and contrast of each picture, and of each of its colours.</summary>
    /// <param name="pictures">[B, 3, R, R] in [−1, 1].</param>
    public Tensor Recolour(Tensor pictures) => (pictures * _gain + _shift).clamp(-1, 1);

    /// <summary>Turns, scales, shifts and mirrors; what comes from outside is 0, which masks among the channels show.</summary>
    /// <param name="pictures">[B, C, R, R].</param>
    public Tensor Move(Tensor pictures)
    {
        using var scope = NewDisposeScope();
        var mirrored = where(_flip, pictures.flip(3), pictures);
        if (_grid is null)
            return mirrored.MoveToOuterDisposeScope();
        var grid = F.affine_grid(_grid, pictures.shape, align_corners: false);
        var moved = F.grid_sample(mirrored, grid, mode: GridSampleMode.Bilinear, padding_mode: GridSamplePaddingMode.Zeros, align_corners: false);
        return moved.MoveToOuterDisposeScope();
    }

    /// <summary>A share of pictures before the surroundings of the picture that precedes them in the batch.</summary>
    /// <param name="pictures">[B, 3, R, R], aligned faces.</param>
    /// <param name="share">How many, 0 to 1.</param>
    /// <param name="random">Source.</param>
    public static Tensor Exchange(Tensor pictures, double share, RandomSource random)
    {
        using var scope = NewDisposeScope();
        var places = (arange(pictures.shape[2], dtype: ScalarType.Float32) + 0.5) / pictures.shape[2];
        var (down, across) = ((places - Down) / HalfHeight, (places - Across) / HalfWidth);
        var distance = (down.square().view(-1, 1) + across.square().view(1, -1)).sqrt();
        var surroundings = ((distance - 1) / Softness).sigmoid().to(pictures.device);
        var chosen = (rand([pictures.shape[0], 1, 1, 1], generator: random) < share).to(ScalarType.Float32).to(pictures.device);
        return pictures.lerp(pictures.roll(1, 0), surroundings * chosen).MoveToOuterDisposeScope();
    }

    /// <summary>Uniform in [−1, 1].</summary>
    private static Tensor Uniform(RandomSource random, params long[] shape) => rand(shape, generator: random) * 2 - 1;
}
