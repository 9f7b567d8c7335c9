using WebStudio.Gpu.Checkpoints;
using WebStudio.Gpu.Execution;
using WebStudio.Gpu.Imaging;
using WebStudio.Gpu.Latents;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;
using Generator = WebStudio.Gpu.StyleGan.Generator;

namespace WebStudio.Gpu.Applications.Samples;

/// <summary>
/// An album of a person who does not exist, for trying the program out: one random code of a base, moved along the directions in which the base changes pose, expression and
/// light (<see cref="AttributePrior"/>), and rendered as photos. Equal options give equal photos.
/// </summary>
public sealed class SampleAlbum : IDisposable
{
    private readonly SampleAlbumOptions _options;
    private readonly Generator _generator;
    private readonly Tensor _codes; // [N, num_ws, w_dim]

    private SampleAlbum(Generator generator, Tensor codes, SampleAlbumOptions options) =>
        (_generator, _codes, _options) = (generator, codes.DetachFromDisposeScope(), options);

    /// <summary>Prepares the album: reads the base and places the photos' codes.</summary>
    /// <param name="source">A base with a mapping from z that was measured (<c>generator measure</c>).</param>
    /// <param name="context">Where to compute.</param>
    /// <param name="options">Person and spans; as they are without any setting when null.</param>
    /// <exception cref="InvalidInputException">The base cannot be read or sampled, or was not measured.</exception>
    public static SampleAlbum Open(BaseFolder source, ComputeContext context, SampleAlbumOptions? options = null)
    {
        options ??= new();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Photos, 5);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var prior = AttributePrior.Read(Path.Combine(source.Folder, AttributePrior.FileName));
        var generator = source.LoadGenerator(context);
        try
        {
            return new(generator, Codes(generator, prior, options), options);
        }
        catch
        {
            generator.Dispose();
            throw;
        }
    }

    /// <summary>Number of photos.</summary>
    public int Count => _options.Photos;

    /// <summary>Renders a photo.</summary>
    /// <param name="number">0 to <see cref="Count"/> − 1.</param>
    /// <returns>Crop and soft surround, sRGB.</returns>
    public RgbImage Photo(int number)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var face = _generator.Render(_codes[number].unsqueeze(0)).clamp(-1, 1);
        var photo = RgbImage.FromTensor(WithSurround(face).squeeze(0));
        var side = (int)Math.Round((double)_options.CropSize * photo.Width / face.shape[3]);
        return photo.Resize(side, side);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _generator.Dispose();
        _codes.Dispose();
    }

    private static Tensor Codes(Generator generator, AttributePrior prior, SampleAlbumOptions options)
    {
        var mapping = generator.Mapping ?? throw new InvalidInputException("The base has no mapping from z: a person cannot be drawn from it.");
        using var scope = NewDisposeScope();
        using var random = new torch.Generator((ulong)options.Person);
        var device = mapping.WAvg.device;
        Tensor Draw(int count) => mapping.Map(randn([count, generator.Config.ZDim], generator: random), 1).select(1, 0) - mapping.WAvg; // [count, w_dim]
        var (directions, predictors) = (prior.Directions.to(device), prior.Predictors.to(device));
        Tensor Even(Tensor offsets) => offsets - offsets.matmul(predictors.t()).matmul(directions); // as the mean face in all that was measured

        var person = options.Psi * Draw(1);
        // Age is the person's own; pose, expression and light begin at the mean face's, so that the spans lie evenly about it.
        var age = prior.Names.ToList().IndexOf("age");
        var own = age < 0 ? zeros_like(person) : person.matmul(predictors[age]).unsqueeze(1) * directions[age];
        var centre = mapping.WAvg + Even(person) + own;

        var plan = LatinHypercube.Plan(options.Photos, prior.Names.Count, new Random(options.Person));
        var layers = generator.Config.NumWs;
        var codes = (centre + options.Variety * Even(Draw(options.Photos))).unsqueeze(1).repeat(1, layers, 1);          // [N, num_ws, w_dim]
        foreach (var (name, p) in prior.Names.Select((name, p) => (name, p)))
        {
            if (!options.Spans.TryGetValue(name, out var span))
                continue;
            var steps = tensor(plan.Select(row => (float)(row[p] * span.Reach)).ToArray(), device: device);
            var moved = Enumerable.Range(0, layers).Select(layer => (layer + 0.5) / layers is var depth && depth >= span.From && depth <= span.To ? 1f : 0f).ToArray();
            codes += steps.view(-1, 1, 1) * tensor(moved, device: device).view(1, -1, 1) * directions[p];
        }
        return codes.MoveToOuterDisposeScope();
    }

    /// <summary>The picture goes on as its mirror image, more and more blurred, and fades to the background's colour.</summary>
    private Tensor WithSurround(Tensor face)
    {
        using var scope = NewDisposeScope();
        var (side, margin) = (face.shape[3], (long)Math.Round(_options.Surround * face.shape[3]));
        var wide = F.pad(face, [margin, margin, margin, margin], mode: PaddingModes.Reflect);
        var corner = side / 6;
        var background = cat([face.slice(2, 0, corner, 1).slice(3, 0, corner, 1), face.slice(2, 0, corner, 1).slice(3, side - corner, side, 1)], 3).mean([2, 3], keepdim: true);
        var fromMiddle = (arange(side + 2 * margin, device: face.device).to(ScalarType.Float32) - (margin + (side - 1) / 2.0)).abs() / (side / 2.0 + margin);
        var distance = (fromMiddle.unsqueeze(0).pow(6) + fromMiddle.unsqueeze(1).pow(6)).pow(1.0 / 6);                  // rounded square: 1 at the middle of the photo's edges
        var edge = (double)side / (side + 2 * margin);
        Tensor Rise(double from, double to) => ((distance - from) / (to - from)).clamp(0, 1) is var x ? x * x * (3 - 2 * x) : x;
        var soft = Degradations.Blur(wide, margin / 2.0).lerp(background, Rise(edge - 0.1, 1));
        return wide.lerp(soft, Rise(edge - 0.12, edge + 0.04)).MoveToOuterDisposeScope();
    }
}
