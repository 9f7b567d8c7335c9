using System.Globalization;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Gpu.Execution;
using WebStudio.Gpu.Personalization;
using WebStudio.Gpu.StyleGan;
using static TorchSharp.torch;
using RandomSource = TorchSharp.torch.Generator;

namespace WebStudio.Gpu.BaseTraining;

/// <summary>Everything the adversarial phase changes: generator, its average, discriminator, moments, counters. Written and read whole.</summary>
internal sealed class AdversarialState : IDisposable
{
    private const double FirstMoment = 0, SecondMoment = 0.99;
    private const string Begun = "reconstruction_step";

    private readonly string _begunAt;
    private readonly TrainingTerms _terms;

    /// <summary>The state before the first step.</summary>
    /// <param name="trained">Its averaged generator is made sharper; copied.</param>
    /// <param name="training">Options it was trained with.</param>
    /// <param name="options">How.</param>
    /// <param name="pictures">What is learnt from.</param>
    /// <param name="context">Device and precision.</param>
    public AdversarialState(AutoencoderState trained, BaseTrainingOptions training, AdversarialOptions options, TrainingPictures pictures, ComputeContext context)
    {
        using var scope = NewDisposeScope();
        using var random = new RandomSource((ulong)training.Seed + 1);
        var start = trained.AverageGenerator;
        _begunAt = trained.Step.ToString(CultureInfo.InvariantCulture);
        _terms = TrainingTerms.Of(training, pictures).And(options);
        Generator = start.Clone();
        AverageGenerator = start.Clone();
        Discriminator = new(start.Config.ImgResolution, context.Precision, context.Device, random);
        Generator.RequireGrad(true);
        Discriminator.RequireGrad(true);
        GeneratorAdam = new(Generator.Parameters, FirstMoment, SecondMoment);
        DiscriminatorAdam = new(Discriminator.Parameters, FirstMoment, SecondMoment);
    }

    public SynthesisNetwork Generator { get; }

    /// <summary>Moving average of the generator: what is shown, measured and kept.</summary>
    public SynthesisNetwork AverageGenerator { get; }

    public Discriminator Discriminator { get; }

    public AdamOptimizer GeneratorAdam { get; }

    public AdamOptimizer DiscriminatorAdam { get; }

    /// <summary>Steps done.</summary>
    public int Step { get; set; }

    /// <summary>Time worked, over all resumptions.</summary>
    public double Seconds { get; set; }

    /// <summary>Pictures seen.</summary>
    public long Seen { get; set; }

    /// <summary>Moves the average on.</summary>
    /// <param name="decay">Share of the old average that stays.</param>
    public void Average(double decay)
    {
        using var noGrad = no_grad();
        foreach (var (name, average) in AverageGenerator.Parameters)
            average.lerp_(Generator.Parameters[name], 1 - decay);
    }

    /// <summary>Writes all of it to one file, or leaves the old one.</summary>
    public void Write(string path) => SafetensorsFile.Write(path, All(), new Dictionary<string, string>
    {
        [Begun] = _begunAt,
        [TrainingTerms.Key] = _terms.Text,
        ["step"] = Step.ToString(CultureInfo.InvariantCulture),
        ["seconds"] = Seconds.ToString("R", CultureInfo.InvariantCulture),
        ["seen"] = Seen.ToString(CultureInfo.InvariantCulture),
        ["discriminator_steps"] = DiscriminatorAdam.Steps.ToString(CultureInfo.InvariantCulture),
    });

    /// <summary>Takes up what <see cref="Write"/> wrote, unless that began from an earlier step of the reconstruction.</summary>
    /// <exception cref="InvalidInputException">The file is damaged or belongs to a training with other options.</exception>
    public void ReadUnlessOlder(string path)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var file = SafetensorsFile.Read(path);
        if (file.Metadata.GetValueOrDefault(Begun) != _begunAt)
            return;
        _terms.Require(path, file);
        StateFile.Take(path, file, All());
        (Step, Seen, Seconds) = (StateFile.Whole(path, file, "step"), StateFile.Whole(path, file, "seen"), StateFile.Number(path, file, "seconds"));
        GeneratorAdam.Restore("adam.generator.", file.Tensors, Step);
        DiscriminatorAdam.Restore("adam.discriminator.", file.Tensors, StateFile.Whole(path, file, "discriminator_steps"));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        GeneratorAdam.Dispose();
        DiscriminatorAdam.Dispose();
        Generator.Dispose();
        AverageGenerator.Dispose();
        Discriminator.Dispose();
    }

    private IEnumerable<KeyValuePair<string, Tensor>> All() =>
    [
        .. StateFile.Named("generator.", Generator.Parameters), .. StateFile.Named("average.generator.", AverageGenerator.Parameters), .. StateFile.Named("discriminator.", Discriminator.Parameters),
        .. GeneratorAdam.State("adam.generator."), .. DiscriminatorAdam.State("adam.discriminator."),
    ];
}
