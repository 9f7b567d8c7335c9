using System.Globalization;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Gpu.Execution;
using WebStudio.Gpu.Personalization;
using WebStudio.Gpu.StyleGan;
using static TorchSharp.torch;
using RandomSource = TorchSharp.torch.Generator;

namespace WebStudio.Gpu.BaseTraining;

/// <summary>Everything a base training consists of between two steps: networks, their moving averages, moments, counters. Written and read whole.</summary>
internal sealed class AutoencoderState : IDisposable
{
    private const double FirstMoment = 0.8, SecondMoment = 0.99;

    private readonly TrainingTerms _terms;

    /// <summary>The state before the first step.</summary>
    public AutoencoderState(BaseTrainingOptions options, TrainingPictures pictures, ComputeContext context)
    {
        _terms = TrainingTerms.Of(options, pictures);
        using var scope = NewDisposeScope();
        using var random = new RandomSource((ulong)options.Seed);
        var tensors = FreshGenerator.Tensors(options.ToConfig(), Math.Min(options.FirstResolution, options.Resolution), random);
        Generator = new(options.ToConfig(), tensors, context, "");
        AverageGenerator = new(options.ToConfig(), tensors, context, "");
        Encoder = new(options.WDim, context.Precision, context.Device, random);
        AverageEncoder = new(options.WDim, context.Precision, context.Device, random);
        Generator.RequireGrad(true);
        foreach (var parameter in Encoder.Parameters.Values)
            parameter.requires_grad_(true);
        GeneratorAdam = new(Generator.Parameters, FirstMoment, SecondMoment);
        EncoderAdam = new(Encoder.Parameters, FirstMoment, SecondMoment);
        Average(0);
    }

    public SynthesisNetwork Generator { get; }

    /// <summary>Moving average of the generator: what is shown, measured and kept.</summary>
    public SynthesisNetwork AverageGenerator { get; }

    public VariationalEncoder Encoder { get; }

    /// <summary>Moving average of the encoder.</summary>
    public VariationalEncoder AverageEncoder { get; }

    public AdamOptimizer GeneratorAdam { get; }

    public AdamOptimizer EncoderAdam { get; }

    /// <summary>Steps done.</summary>
    public int Step { get; set; }

    /// <summary>Time worked, over all resumptions.</summary>
    public double Seconds { get; set; }

    /// <summary>Pictures seen.</summary>
    public long Seen { get; set; }

    /// <summary>Largest side trained at so far, in pixels; 0 before the first step.</summary>
    public int Resolution { get; set; }

    /// <summary>Takes the linear path over into both encoders.</summary>
    public void Start(PrincipalPath path)
    {
        Encoder.Start(path);
        AverageEncoder.Start(path);
    }

    /// <summary>Moves the averages on.</summary>
    /// <param name="decay">Share of the old average that stays.</param>
    public void Average(double decay)
    {
        using var noGrad = no_grad();
        foreach (var (name, average) in AverageGenerator.Parameters)
            average.lerp_(Generator.Parameters[name], 1 - decay);
        foreach (var (name, average) in AverageEncoder.Parameters)
            average.lerp_(Encoder.Parameters[name], 1 - decay);
    }

    /// <summary>Writes all of it to one file, or leaves the old one.</summary>
    public void Write(string path) => SafetensorsFile.Write(path, All(), new Dictionary<string, string>
    {
        [TrainingTerms.Key] = _terms.Text,
        ["resolution"] = Resolution.ToString(CultureInfo.InvariantCulture),
        ["step"] = Step.ToString(CultureInfo.InvariantCulture),
        ["seconds"] = Seconds.ToString("R", CultureInfo.InvariantCulture),
        ["seen"] = Seen.ToString(CultureInfo.InvariantCulture),
        ["adam_steps"] = GeneratorAdam.Steps.ToString(CultureInfo.InvariantCulture),
    });

    /// <summary>Takes up what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidInputException">The file is damaged or belongs to a training with other options.</exception>
    public void Read(string path)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var file = SafetensorsFile.Read(path);
        _terms.Require(path, file);
        StateFile.Take(path, file, All());
        (Step, Seen, Seconds) = (StateFile.Whole(path, file, "step"), StateFile.Whole(path, file, "seen"), StateFile.Number(path, file, "seconds"));
        Resolution = StateFile.Whole(path, file, "resolution");
        var steps = StateFile.Whole(path, file, "adam_steps");
        GeneratorAdam.Restore("adam.generator.", file.Tensors, steps);
        EncoderAdam.Restore("adam.encoder.", file.Tensors, steps);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        GeneratorAdam.Dispose();
        EncoderAdam.Dispose();
        Generator.Dispose();
        AverageGenerator.Dispose();
        Encoder.Dispose();
        AverageEncoder.Dispose();
    }

    private IEnumerable<KeyValuePair<string, Tensor>> All() =>
    [
        .. StateFile.Named("generator.", Generator.Parameters), .. StateFile.Named("generator.", Generator.Buffers), .. StateFile.Named("average.generator.", AverageGenerator.Parameters), .. StateFile.Named("average.generator.", AverageGenerator.Buffers),
        .. StateFile.Named("encoder.", Encoder.Parameters), .. StateFile.Named("encoder.", Encoder.Fixed), .. StateFile.Named("average.encoder.", AverageEncoder.Parameters), .. StateFile.Named("average.encoder.", AverageEncoder.Fixed),
        .. GeneratorAdam.State("adam.generator."), .. EncoderAdam.State("adam.encoder."),
    ];
}
