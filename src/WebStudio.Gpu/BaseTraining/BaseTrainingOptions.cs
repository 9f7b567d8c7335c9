using WebStudio.Gpu.StyleGan;

namespace WebStudio.Gpu.BaseTraining;

/// <summary>How a base model is trained.</summary>
public sealed record BaseTrainingOptions
{
    /// <summary>Side of the finished pictures in pixels: 32, 64, 128, 256 …</summary>
    public int Resolution { get; init; } = 128;

    /// <summary>Hours of work, over all resumptions; the schedule follows the time used. Ignored where <see cref="Steps"/> is given.</summary>
    public double Hours { get; init; } = 3;

    /// <summary>Steps in all instead of a time: then a resumed run is equal to an uninterrupted one to the last bit.</summary>
    public int? Steps { get; init; }

    /// <summary>Feature maps are min(<see cref="ChannelBase"/> / resolution, <see cref="ChannelMax"/>).</summary>
    public int ChannelBase { get; init; } = 4096;

    /// <summary>See <see cref="ChannelBase"/>.</summary>
    public int ChannelMax { get; init; } = 256;

    /// <summary>Width of w.</summary>
    public int WDim { get; init; } = 512;

    /// <summary>Components of the encoder's linear path.</summary>
    public int Components { get; init; } = 400;

    /// <summary>Pictures of a step.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>Side at which training begins; doubled by <see cref="Growth"/>.</summary>
    public int FirstResolution { get; init; } = 64;

    /// <summary>Share of the training before the last resolution; earlier ones divide it evenly.</summary>
    public double Growth { get; init; } = 0.4;

    /// <summary>Learning rate of the generator (Adam, β 0.8 and 0.99).</summary>
    public double LearningRate { get; init; } = 0.008;

    /// <summary>The encoder's learning rate as a share of the generator's.</summary>
    public double EncoderRate { get; init; } = 0.3;

    /// <summary>Steps over which the rate rises from 0.</summary>
    public int WarmUp { get; init; } = 100;

    /// <summary>Share of the training after which the rate falls, along half a cosine, to a fiftieth.</summary>
    public double DropFrom { get; init; } = 0.5;

    /// <summary>Weight of the face features (<see cref="Perceptual.FaceFeatureDistance"/>); 0 for pictures that show no faces.</summary>
    public double PerceptualWeight { get; init; } = 0.25;

    /// <summary>Weight of the divergence from the standard normal distribution: what makes interpolation and a Gaussian fit work.</summary>
    public double KlWeight { get; init; } = 1e-4;

    /// <summary>Share of whole pictures in a batch where there are masked ones too.</summary>
    public double WholeShare { get; init; } = 0.5;

    /// <summary>Share of whole pictures that the encoder sees through another picture's mask, so that it learns to do without the rest.</summary>
    public double MaskedInputs { get; init; } = 0.2;

    /// <summary>Share of pictures that are turned, scaled and shifted a little; 0 for none. Sampling blurs them slightly, so that it is not all of them.</summary>
    public double Moved { get; init; } = 0.5;

    /// <summary>Most that they are turned, in degrees, either way.</summary>
    public double MovedDegrees { get; init; } = 4;

    /// <summary>Most that they are scaled, and shifted along each axis, as a share of half their side.</summary>
    public double MovedShare { get; init; } = 0.06;

    /// <summary>
    /// Share of whole pictures whose surroundings are exchanged with another picture's, around an ellipse where the face of an aligned picture lies: a few thousand backgrounds are learnt by heart otherwise.
    /// 0 for pictures that show no faces.
    /// </summary>
    public double Exchanged { get; init; } = 0.2;

    /// <summary>Share of the training after which pictures stay as they are, but for colours and mirroring: the finished weights have seen true ones last.</summary>
    public double ChangedUntil { get; init; } = 0.9;

    /// <summary>Decay of the moving average of the weights, which is what is kept.</summary>
    public double Average { get; init; } = 0.998;

    /// <summary>Seed of the weights and of every step.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Time between two lines of the history.</summary>
    public TimeSpan MeasureInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Time between two checkpoints: what an interruption costs at most.</summary>
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Time between two rounds of sheets.</summary>
    public TimeSpan SheetInterval { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The network that is trained.</summary>
    public GeneratorConfig ToConfig() => new() { ZDim = WDim, WDim = WDim, ImgResolution = Resolution, Channels = GeneratorConfig.ChannelsFor(Resolution, ChannelBase, ChannelMax), MappingLayers = 0 };

    /// <summary>Checks what cannot be trained.</summary>
    /// <exception cref="InvalidInputException">A value is out of range; the message names it.</exception>
    public BaseTrainingOptions Checked()
    {
        Require(Resolution is >= 32 and <= 1024 && int.IsPow2(Resolution), $"The resolution is {Resolution}; 32, 64, 128, 256, 512 or 1024 can be trained.");
        Require(FirstResolution >= 8 && int.IsPow2(FirstResolution), $"The first resolution is {FirstResolution}; a power of two from 8 is needed.");
        Require(Steps is null or > 0 && Hours > 0, "A training takes at least a step, or a time above 0 hours.");
        Require(BatchSize is >= 2 and <= 512, $"The batch size is {BatchSize}; 2 to 512 pictures make a step.");
        Require(WDim >= 8 && Components >= 1 && Components <= WDim, $"{Components} components do not fit into codes of {WDim}.");
        Require(ChannelBase / Resolution >= 1 && ChannelMax >= 1, $"A channel base of {ChannelBase} leaves no feature map at {Resolution} px.");
        Require(Growth is >= 0 and < 1 && DropFrom is >= 0 and < 1 && WholeShare is >= 0 and <= 1 && MaskedInputs is >= 0 and <= 1 && Average is >= 0 and < 1 && Moved is >= 0 and <= 1 && Exchanged is >= 0 and <= 1 && ChangedUntil is >= 0 and <= 1 && MovedShare is >= 0 and < 1, "Shares lie between 0 and 1.");
        return this;
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
            throw new InvalidInputException(otherwise);
    }
}
