using WebStudio.Gpu.Execution;
using WebStudio.Gpu.StyleGan;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;
using RandomSource = TorchSharp.torch.Generator;

namespace WebStudio.Gpu.BaseTraining;

/// <summary>
/// Makes the generator of a trained autoencoder sharper: beside giving pictures back it has to convince a discriminator (non-saturating logistic loss with R1 penalty), with reconstructions and with pictures of
/// codes between training pictures. The encoder stays. Sharp detail in a slightly wrong place costs more squared error than none: what it costs is bounded by <see cref="Result"/>.
/// </summary>
public sealed class AdversarialTrainer : ITrainingPhase, IDisposable
{
    private const int MeasuredPictures = 60;
    private const double DecayFrom = 2.0 / 3, LastRate = 0.1;
    private static readonly double[] Shares = [1, 0.75, 0.5, 0.25];

    private readonly AutoencoderState _trained;
    private readonly BaseTrainingOptions _training;
    private readonly AdversarialOptions _options;
    private readonly TrainingPictures _pictures;
    private readonly BatchSampler _sampler;
    private readonly MaskedLoss _loss;
    private readonly AdversarialState _state;
    private readonly TrainingFolder _folder;
    private readonly ComputeContext _context;
    private readonly TermMeans _terms;

    /// <summary>Begins the phase, or takes it up where the folder holds its checkpoint. After further steps of reconstruction it begins anew: what it had made belongs to other codes.</summary>
    /// <param name="trained">A complete reconstruction training; stays the caller's, and its averaged networks stay as they are.</param>
    /// <param name="training">Options it was trained with.</param>
    /// <param name="options">How.</param>
    /// <param name="pictures">What to learn from; stays the caller's.</param>
    /// <param name="folder">Checkpoint, history and sheets go here.</param>
    /// <param name="context">Device and precision of the convolutions.</param>
    /// <exception cref="InvalidInputException">An option is out of range, or the checkpoint in the folder belongs to other options.</exception>
    public AdversarialTrainer(BaseTrainer trained, BaseTrainingOptions training, AdversarialOptions options, TrainingPictures pictures, string folder, ComputeContext context)
    {
        (_trained, _training, _options, _pictures, _context) = (trained.State, training, options.Checked(), pictures, context);
        _sampler = new(pictures, training, context.Device);
        _folder = new(folder);
        _state = new(_trained, training, options, pictures, context);
        try
        {
            _loss = new(context, training.PerceptualWeight);
            _terms = new(4, context.Device);
            if (File.Exists(_folder.AdversarialCheckpoint))
                _state.ReadUnlessOlder(_folder.AdversarialCheckpoint);
            _folder.KeepHistory(BaseTrainingProgress.Adversarial, _state.Step);
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

    /// <summary>Moving average of the sharpened generator; stays the trainer's.</summary>
    internal SynthesisNetwork Average => _state.AverageGenerator;

    long ITrainingPhase.Seen => _state.Seen;

    double ITrainingPhase.Seconds
    {
        get => _state.Seconds;
        set => _state.Seconds = value;
    }

    double ITrainingPhase.Share => Share;

    bool ITrainingPhase.IsFinite => _terms.AreFinite;

    private double Share => Math.Min(1, _options.Steps is { } steps ? (double)_state.Step / Math.Max(1, steps) : _state.Seconds / Math.Max(1e-9, _options.Hours * 3600));

    private double Rate => _options.LearningRate * (1 - (1 - LastRate) * Math.Clamp((Share - DecayFrom) / (1 - DecayFrom), 0, 1));

    /// <summary>Trains to the end, or until it is stopped; then it can be taken up again.</summary>
    /// <param name="progress">Told after the first step, about once a minute, and at the end.</param>
    /// <param name="stop">Ends after the current step, with a checkpoint.</param>
    /// <returns>True when the phase is complete.</returns>
    /// <exception cref="InvalidInputException">The training has left the finite numbers; the checkpoint before that is kept.</exception>
    public bool Run(Action<BaseTrainingProgress>? progress, CancellationToken stop) => TrainingLoop.Run(this, _training, _folder, progress, stop);

    /// <summary>The generator to keep: as much of this phase as <see cref="AdversarialOptions.MostLoss"/> allows, by the mean of the weights before and after it.</summary>
    /// <returns>The network, the caller's, the share of this phase in its weights, 0 to 1, and its reconstructions of held-out pictures, dB.</returns>
    public (SynthesisNetwork Network, double Share, double HeldOutPsnr) Result()
    {
        var before = HeldOutPsnr(_trained.AverageGenerator);
        foreach (var share in Shares)
        {
            var mixed = Mix(share);
            var psnr = HeldOutPsnr(mixed);
            if (psnr >= before - _options.MostLoss)
                return (mixed, share, psnr);
            mixed.Dispose();
        }
        return (_trained.AverageGenerator.Clone(), 0, before);
    }

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
        using var random = new RandomSource(unchecked((ulong)_training.Seed * 1_000_003 + (ulong)_state.Step + 500_000_003));
        // The discriminator must not learn that pasted pictures are real.
        var batch = _sampler.Draw(_training.Resolution, random, plain: true);
        var (codes, masks) = Codes(batch, random);
        var pictures = _state.Generator.Forward(codes, NoiseMode.None);
        var reconstructions = pictures.narrow(0, 0, batch.Target.shape[0]);
        var terms = _loss.Of(reconstructions, batch);

        // The generator's turn: the discriminator is only asked.
        _state.Discriminator.RequireGrad(false);
        var (scores, maps) = _state.Discriminator.Forward(pictures, masks);
        var convincing = F.softplus(scores.neg()).mean();
        var total = terms.Total + convincing * (_options.Weight * Math.Min(1, (_state.Step + 1.0) / _options.WarmUp)) + Matching(batch, maps) * _options.FeatureMatching;
        _state.GeneratorAdam.ZeroGrad();
        total.backward();
        _state.GeneratorAdam.Step(Rate);
        _state.Average(Math.Min(_options.Average, (_state.Step + 1.0) / (_state.Step + 20)));

        _state.Discriminator.RequireGrad(true);
        var (forged, _) = _state.Discriminator.Forward(pictures.detach(), masks);
        var (genuine, _) = _state.Discriminator.Forward(batch.Target, batch.Mask);
        var telling = F.softplus(forged).mean() + F.softplus(genuine.neg()).mean();
        var penalised = _state.Step % _options.R1Every == 0 ? telling + Penalty(batch) * (_options.R1 * 0.5 * _options.R1Every) : telling;
        _state.DiscriminatorAdam.ZeroGrad();
        penalised.backward();
        _state.DiscriminatorAdam.Step(Rate);

        _terms.Add(terms.L1, terms.Perceptual, convincing, telling);
        _state.Step++;
        _state.Seen += _training.BatchSize;
    }

    BaseTrainingProgress ITrainingPhase.Measure(double speed)
    {
        var means = _terms.Take();
        return new()
        {
            Phase = BaseTrainingProgress.Adversarial,
            Step = _state.Step,
            Seconds = _state.Seconds,
            Share = Share,
            Resolution = _training.Resolution,
            Rate = Rate,
            PicturesPerSecond = speed,
            L1 = means[0],
            Perceptual = means[1],
            AdversarialLoss = means[2],
            DiscriminatorLoss = means[3],
            HeldOutPsnr = HeldOutPsnr(_state.AverageGenerator),
            TrainingPsnr = Reconstruction.Psnr(_trained.AverageEncoder, _state.AverageGenerator, _pictures.Whole ?? _pictures.Masked!, _pictures.Whole is null ? _pictures.Masks : null, MeasuredPictures, _training.Resolution),
        };
    }

    void ITrainingPhase.Draw() => TrainingSheets.Write(_folder, _trained.AverageEncoder, _state.AverageGenerator, _pictures, _training.Resolution);

    void ITrainingPhase.Save() => _state.Write(_folder.AdversarialCheckpoint);

    /// <summary>Codes of the batch with the noise they were trained with, and behind them codes between two of its pictures; with a mask for each.</summary>
    internal (Tensor Codes, Tensor Masks) Codes(TrainingBatch batch, RandomSource random)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var count = batch.Target.shape[0];
        var (mean, logVariance) = _trained.AverageEncoder.Forward(batch.Input);
        var codes = mean + (logVariance * 0.5).exp() * randn(mean.shape, generator: random).to(_context.Device);
        var between = (long)Math.Round(count * _options.Between);
        if (between == 0)
            return (codes.MoveToOuterDisposeScope(), batch.Mask.alias().MoveToOuterDisposeScope());
        var partners = randperm(count, generator: random).to(_context.Device);
        var along = rand([count, 1], generator: random).to(_context.Device);
        // Evenly over the batch, in which whole pictures come before masked ones: the discriminator sees masks, and their share must not tell it which pictures are made.
        var rows = (arange(between, dtype: ScalarType.Int64) * count).div(between, rounding_mode: RoundingMode.floor).to(_context.Device);
        var mixed = (mean + (mean.index_select(0, partners) - mean) * along).index_select(0, rows);
        return (cat([codes, mixed], 0).MoveToOuterDisposeScope(), cat([batch.Mask, batch.Mask.index_select(0, rows)], 0).MoveToOuterDisposeScope());
    }

    /// <summary>Relative difference of the discriminator's maps of pictures and reconstructions, as <see cref="Perceptual.FaceFeatureDistance"/> compares those of faces.</summary>
    private Tensor Matching(TrainingBatch batch, IReadOnlyList<Tensor> maps)
    {
        using var scope = NewDisposeScope();
        IReadOnlyList<Tensor> expected;
        using (no_grad())
            expected = _state.Discriminator.Forward(batch.Target, batch.Mask).Maps;
        var sum = zeros(1, device: _context.Device).sum();
        for (var i = 0; i < maps.Count; i++)
        {
            var real = expected[i].to(ScalarType.Float32);
            sum = sum + (maps[i].narrow(0, 0, real.shape[0]).to(ScalarType.Float32) - real).abs().mean() / (real.abs().mean() + 1e-6);
        }
        return sum.MoveToOuterDisposeScope();
    }

    /// <summary>Of half a batch, which says enough: every second picture, as whole and masked ones lie one after the other.</summary>
    private Tensor Penalty(TrainingBatch batch)
    {
        var half = TensorIndex.Slice(null, null, 2);
        return _state.Discriminator.Penalty(batch.Target[half], batch.Mask[half]);
    }

    private double HeldOutPsnr(SynthesisNetwork generator) =>
        Reconstruction.Psnr(_trained.AverageEncoder, generator, _pictures.HeldOut.Pictures, _pictures.HeldOut.Masks, Math.Min(MeasuredPictures, _pictures.HeldOut.People), _training.Resolution);

    private SynthesisNetwork Mix(double share)
    {
        var mixed = _trained.AverageGenerator.Clone();
        using var noGrad = no_grad();
        foreach (var (name, tensor) in mixed.Parameters)
            tensor.lerp_(_state.AverageGenerator.Parameters[name], share);
        return mixed;
    }
}
