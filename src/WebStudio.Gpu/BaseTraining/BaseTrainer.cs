using WebStudio.Gpu.Execution;
using WebStudio.Gpu.StyleGan;
using static TorchSharp.torch;
using RandomSource = TorchSharp.torch.Generator;

namespace WebStudio.Gpu.BaseTraining;

/// <summary>
/// Trains a generator with its encoder as a style-based autoencoder: a picture becomes one w, whose synthesis is compared with the picture; codes are drawn towards a normal distribution
/// (Kingma and Welling, 2014), so that interpolating and sampling them gives pictures too. The whole state is written every two minutes, and a run goes on from there.
/// </summary>
public sealed class BaseTrainer : ITrainingPhase, IDisposable
{
    private const int MeasuredPictures = 60;

    private readonly BaseTrainingOptions _options;
    private readonly TrainingPictures _pictures;
    private readonly TrainingSchedule _schedule;
    private readonly BatchSampler _sampler;
    private readonly MaskedLoss _loss;
    private readonly AutoencoderState _state;
    private readonly TrainingFolder _folder;
    private readonly ComputeContext _context;
    private readonly TermMeans _terms;

    /// <summary>Begins a training, or takes one up where the folder holds a checkpoint.</summary>
    /// <param name="options">How; the same as at the beginning where it is taken up.</param>
    /// <param name="pictures">What to learn from, at least as large as the resolution; stays the caller's.</param>
    /// <param name="folder">Checkpoint, history and sheets go here.</param>
    /// <param name="context">Device and precision of the convolutions.</param>
    /// <exception cref="InvalidInputException">An option is out of range, or the checkpoint in the folder belongs to other options.</exception>
    public BaseTrainer(BaseTrainingOptions options, TrainingPictures pictures, string folder, ComputeContext context)
    {
        (_options, _pictures, _context) = (options.Checked(), pictures, context);
        _schedule = new(options);
        _sampler = new(pictures, options, context.Device);
        _folder = new(folder);
        _state = new(options, pictures, context);
        try
        {
            _loss = new(context, options.PerceptualWeight);
            _terms = new(3, context.Device);
            if (File.Exists(_folder.Checkpoint))
                _state.Read(_folder.Checkpoint);
            else
            {
                using var path = PrincipalPath.Fit(pictures, options.WDim, options.Components);
                _state.Start(path);
            }
            _folder.KeepHistory(BaseTrainingProgress.Reconstruction, _state.Step);
        }
        catch
        {
            _state.Dispose();
            _loss?.Dispose();
            _terms?.Dispose();
            throw;
        }
    }

    /// <summary>Steps done.</summary>
    public int Step => _state.Step;

    /// <summary>Moving average of the generator; stays the trainer's.</summary>
    public SynthesisNetwork Generator => _state.AverageGenerator;

    /// <summary>The networks with their averages, which are what a base is made of; they stay the trainer's.</summary>
    internal AutoencoderState State => _state;

    long ITrainingPhase.Seen => _state.Seen;

    double ITrainingPhase.Seconds
    {
        get => _state.Seconds;
        set => _state.Seconds = value;
    }

    double ITrainingPhase.Share => Share;

    bool ITrainingPhase.IsFinite => _terms.AreFinite;

    /// <summary>Of the schedule; hours that are added to a training do not bring it back to an earlier one.</summary>
    private int Resolution => Math.Max(_state.Resolution, _schedule.Resolution(Share));

    private double Share => _schedule.Share(_state.Step, _state.Seconds);

    /// <summary>Trains to the end, or until it is stopped; then it can be taken up again.</summary>
    /// <param name="progress">Told after the first step, about once a minute, and at the end.</param>
    /// <param name="stop">Ends after the current step, with a checkpoint.</param>
    /// <returns>True when the training is complete.</returns>
    /// <exception cref="InvalidInputException">The training has left the finite numbers; the checkpoint before that is kept.</exception>
    public bool Run(Action<BaseTrainingProgress>? progress, CancellationToken stop) => TrainingLoop.Run(this, _options, _folder, progress, stop);

    /// <summary>Mean peak signal-to-noise ratio of reconstructions of held-out pictures at full size, dB.</summary>
    public double HeldOutPsnr() => HeldOutPsnr(_options.Resolution);

    /// <inheritdoc/>
    public void Dispose()
    {
        _state.Dispose();
        _loss.Dispose();
        _terms.Dispose();
    }

    void ITrainingPhase.Train()
    {
        using var scope = NewDisposeScope();
        // A source of its own for every step: a resumed run draws what an uninterrupted one would have.
        using var random = new RandomSource(unchecked((ulong)_options.Seed * 1_000_003 + (ulong)_state.Step + 1));
        var share = Share;
        var resolution = _state.Resolution = Resolution;
        var batch = _sampler.Draw(resolution, random, plain: share >= _options.ChangedUntil);
        var (mean, logVariance) = _state.Encoder.Forward(batch.Input);
        var noise = randn(mean.shape, generator: random).to(_context.Device);
        var pictures = _state.Generator.Forward(mean + (logVariance * 0.5).exp() * noise, NoiseMode.None, resolution);
        var terms = _loss.Of(pictures, batch);
        var kl = (mean.square() + logVariance.exp() - 1 - logVariance).sum(1).mean() * 0.5;
        _state.GeneratorAdam.ZeroGrad();
        _state.EncoderAdam.ZeroGrad();
        (terms.Total + kl * _options.KlWeight).backward();
        var rate = _schedule.Rate(_state.Step, share);
        _state.GeneratorAdam.Step(rate);
        _state.EncoderAdam.Step(rate * _options.EncoderRate);
        _state.Average(_schedule.Average(_state.Step));
        _terms.Add(terms.L1, terms.Perceptual, kl);
        _state.Step++;
        _state.Seen += _options.BatchSize;
    }

    BaseTrainingProgress ITrainingPhase.Measure(double speed)
    {
        var share = Share;
        var resolution = Resolution;
        var means = _terms.Take();
        return new()
        {
            Phase = BaseTrainingProgress.Reconstruction,
            Step = _state.Step,
            Seconds = _state.Seconds,
            Share = share,
            Resolution = resolution,
            Rate = _schedule.Rate(_state.Step, share),
            PicturesPerSecond = speed,
            L1 = means[0],
            Perceptual = means[1],
            Kl = means[2],
            HeldOutPsnr = HeldOutPsnr(resolution),
            TrainingPsnr = Reconstruction.Psnr(_state.AverageEncoder, _state.AverageGenerator, _pictures.Whole ?? _pictures.Masked!, _pictures.Whole is null ? _pictures.Masks : null, MeasuredPictures, resolution),
        };
    }

    private double HeldOutPsnr(int resolution) =>
        Reconstruction.Psnr(_state.AverageEncoder, _state.AverageGenerator, _pictures.HeldOut.Pictures, _pictures.HeldOut.Masks, Math.Min(MeasuredPictures, _pictures.HeldOut.People), resolution);

    void ITrainingPhase.Draw() => TrainingSheets.Write(_folder, _state.AverageEncoder, _state.AverageGenerator, _pictures, Resolution);

    void ITrainingPhase.Save() => _state.Write(_folder.Checkpoint);
}
