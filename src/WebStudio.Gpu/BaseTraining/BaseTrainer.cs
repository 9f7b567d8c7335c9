using System.Diagnostics;
using WebStudio.Gpu.Execution;
using WebStudio.Gpu.StyleGan;
using static TorchSharp.torch;
using RandomSource = TorchSharp.torch.Generator;

namespace WebStudio.Gpu.BaseTraining;

/// <summary>
/// Trains a generator with its encoder as a style-based autoencoder: a picture becomes one w, whose synthesis is compared with the picture; codes are drawn towards a normal distribution
/// (Kingma and Welling, 2014), so that interpolating and sampling them gives pictures too. The whole state is written every two minutes, and a run goes on from there.
/// </summary>
public sealed class BaseTrainer : IDisposable
{
    private const int MeasuredPictures = 48;
    private static readonly TimeSpan CheckpointEvery = TimeSpan.FromMinutes(2), MeasureEvery = TimeSpan.FromMinutes(1), SheetEvery = TimeSpan.FromMinutes(10);

    private readonly BaseTrainingOptions _options;
    private readonly TrainingPictures _pictures;
    private readonly TrainingSchedule _schedule;
    private readonly BatchSampler _sampler;
    private readonly MaskedLoss _loss;
    private readonly AutoencoderState _state;
    private readonly TrainingFolder _folder;
    private readonly ComputeContext _context;
    private readonly Tensor _sumOfTerms;
    private int _summed;

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
        _loss = new(context, options.PerceptualWeight);
        _state = new(options, context);
        _sumOfTerms = zeros(3, device: context.Device).DetachFromDisposeScope();
        if (File.Exists(_folder.Checkpoint))
            _state.Read(_folder.Checkpoint);
        else
        {
            using var path = PrincipalPath.Fit(pictures.Whole ?? pictures.Masked!, options.WDim, options.Components);
            _state.Start(path);
        }
        _folder.KeepHistory(_state.Step);
    }

    /// <summary>Steps done.</summary>
    public int Step => _state.Step;

    /// <summary>The averaged networks, as a base is made of them; they stay the trainer's.</summary>
    internal AutoencoderState State => _state;

    /// <summary>Trains to the end, or until it is stopped; then it can be taken up again.</summary>
    /// <param name="progress">Told about once a minute, and at the end.</param>
    /// <param name="stop">Ends after the current step, with a checkpoint.</param>
    /// <returns>True when the training is complete.</returns>
    public bool Run(Action<BaseTrainingProgress>? progress, CancellationToken stop)
    {
        var clock = Stopwatch.StartNew();
        var before = _state.Seconds;
        var (saved, measured, drawn, seen) = (TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero, _state.Seen);
        while (_schedule.Share(_state.Step, _state.Seconds) is < 1 and var share && !stop.IsCancellationRequested)
        {
            Train(share);
            _state.Seconds = before + clock.Elapsed.TotalSeconds;
            if (clock.Elapsed - measured >= MeasureEvery)
            {
                Tell((_state.Seen - seen) / (clock.Elapsed - measured).TotalSeconds);
                (measured, seen) = (clock.Elapsed, _state.Seen);
            }
            if (clock.Elapsed - drawn >= SheetEvery)
            {
                TrainingSheets.Write(_folder, _state, _pictures, _sampler, _schedule.Resolution(share));
                drawn = clock.Elapsed;
            }
            if (clock.Elapsed - saved >= CheckpointEvery)
            {
                _state.Write(_folder.Checkpoint);
                saved = clock.Elapsed;
            }
        }
        _state.Write(_folder.Checkpoint);
        if (stop.IsCancellationRequested)
            return false;
        Tell((_state.Seen - seen) / Math.Max(1e-3, (clock.Elapsed - measured).TotalSeconds));
        TrainingSheets.Write(_folder, _state, _pictures, _sampler, _options.Resolution);
        return true;

        void Tell(double speed)
        {
            var line = Measure(speed);
            _folder.Append(line);
            progress?.Invoke(line);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _state.Dispose();
        _loss.Dispose();
        _sumOfTerms.Dispose();
    }

    private void Train(double share)
    {
        using var scope = NewDisposeScope();
        // A source of its own for every step: a resumed run draws what an uninterrupted one would have.
        using var random = new RandomSource(unchecked((ulong)_options.Seed * 1_000_003 + (ulong)_state.Step + 1));
        var resolution = _schedule.Resolution(share);
        var batch = _sampler.Draw(resolution, random);
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
        using (no_grad())
            _sumOfTerms.add_(stack([terms.L1.detach(), terms.Perceptual.detach(), kl.detach()], 0).view(3));
        _summed++;
        _state.Step++;
        _state.Seen += _options.BatchSize;
    }

    private BaseTrainingProgress Measure(double speed)
    {
        var share = _schedule.Share(_state.Step, _state.Seconds);
        var resolution = _schedule.Resolution(Math.Min(share, 1));
        using var means = _sumOfTerms / Math.Max(1, _summed);
        var line = new BaseTrainingProgress(_state.Step, _state.Seconds, share, resolution, _schedule.Rate(_state.Step, share), speed, means[0].item<float>(), means[1].item<float>(), means[2].item<float>(),
            Reconstruction.Psnr(_state, _sampler, _pictures.HeldOut, MeasuredPictures, resolution), Reconstruction.Psnr(_state, _sampler, _pictures.Whole ?? _pictures.Masked!, MeasuredPictures, resolution));
        _sumOfTerms.zero_();
        _summed = 0;
        return line;
    }
}
