using WebStudio.Gpu.Latents;

namespace WebStudio.Gpu.Personalization;

/// <summary>One attribute to make controllable.</summary>
/// <param name="Name">yaw, pitch, roll, smile, mouth, eyes, age, or the name of a tag set by the user.</param>
/// <param name="Levels">Number of quantised levels; null lets the album decide (fewer levels where there are few photos).</param>
public sealed record AttributeRequest(string Name, int? Levels = null);

/// <summary>
/// Settings of a personalisation (method: MyStyle++ section 3). The defaults are those that measured best on small messy albums on a
/// CPU; <see cref="Published"/> gives the constants of the published run.
/// </summary>
public sealed record PersonalizationOptions
{
    /// <summary>Attributes in the order in which they choose their directions.</summary>
    public required IReadOnlyList<AttributeRequest> Attributes { get; init; }

    /// <summary>Wall-clock time for training, inversion and measuring; the number of passes is fixed from the measured speed. Null: <see cref="Passes"/> decides.</summary>
    public TimeSpan? Budget { get; init; }

    /// <summary>Passes over the album; null: <see cref="Budget"/> decides.</summary>
    public int? Passes { get; init; }

    /// <summary>Photos a step.</summary>
    public int BatchSize { get; init; } = 8;

    /// <summary>Step size of the synthesis weights.</summary>
    public double GeneratorLearningRate { get; init; } = 0.004;

    /// <summary>Step size of the anchors.</summary>
    public double AnchorLearningRate { get; init; } = 0.01;

    /// <summary>Adam's second decay; the first is 0.9.</summary>
    public double Beta2 { get; init; } = 0.99;

    /// <summary>Steps over which the step sizes grow from zero.</summary>
    public int WarmUpSteps { get; init; } = 20;

    /// <summary>Share of the run, at its end, over which the step sizes fall linearly to a tenth.</summary>
    public double DecayShare { get; init; } = 0.5;

    /// <summary>Decay of the exponential moving average of the weights; it is the average that is shown and saved.</summary>
    public double EmaDecay { get; init; } = 0.995;

    /// <summary>Weight of the perceptual distance in L_rec.</summary>
    public double PerceptualWeight { get; init; } = 1;

    /// <summary>Weight of the mean squared error in L_rec.</summary>
    public double L2Weight { get; init; } = 8;

    /// <summary>λ_anc, the ordering of levels and the guard against collapse.</summary>
    public AnchorLossOptions Anchor { get; init; } = new() { PeerWeight = 0.03, OrderWeight = 0.03, Order = LevelOrder.Linear, KeepDeviation = 1 };

    /// <summary>Weight of <see cref="EditResponseLoss"/>; only with directions that come from the base.</summary>
    public double ResponseWeight { get; init; } = 2;

    /// <summary>Weight of the attribute values within <see cref="EditResponseLoss"/>, relative to the change of the picture.</summary>
    public double ValueWeight { get; init; } = 0.1;

    /// <summary>The response term is computed in every n-th step; 0: never.</summary>
    public int ResponseEvery { get; init; } = 3;

    /// <summary>How d_m is found and followed.</summary>
    public AxisSelection Axes { get; init; } = new() { Kind = AxisKind.Prior };

    /// <summary>Attributes join one after another, as in the published run, instead of all at once.</summary>
    public bool Curriculum { get; init; }

    /// <summary>Steps of refinement of the encoder's codes with the generator held fixed.</summary>
    public int InversionSteps { get; init; } = 40;

    /// <summary>Passes without 0.5 % improvement of L_rec after which training ends early; 0 never does.</summary>
    public int Patience { get; init; } = 60;

    /// <summary>β of the dilated hull (section 5), 0.02 to 0.03 in the paper.</summary>
    public double Beta { get; init; } = 0.02;

    /// <summary>Time between two checkpoints of a running training.</summary>
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Seed of the photo order.</summary>
    public int Seed { get; init; }

    /// <summary>MyStyle as a peer of these settings: the same training without any attribute, neither L_anc nor what keeps pictures to the sliders.</summary>
    /// <param name="passes">Passes over the album: those of the model it is compared with.</param>
    public static PersonalizationOptions MyStyle(int passes) => new()
    {
        Attributes = [],
        Passes = passes,
        Anchor = new() { PeerWeight = 0, OrderWeight = 0 },
        ResponseWeight = 0,
        Axes = new() { Kind = AxisKind.LeadingCombination },
    };

    /// <summary>The constants of the published MyStyle++ run: 4000 passes, batch 1, lr 3e-4, λ_anc 0.01, plain L_anc, literal components, one attribute after another.</summary>
    public static PersonalizationOptions Published(IReadOnlyList<AttributeRequest> attributes) => new()
    {
        Attributes = attributes,
        Passes = 4000,
        BatchSize = 1,
        GeneratorLearningRate = 3e-4,
        AnchorLearningRate = 3e-4,
        Beta2 = 0.999,
        WarmUpSteps = 0,
        DecayShare = 0,
        L2Weight = 1,
        Anchor = new() { PeerWeight = 0.01, IncludeSelf = true, GradientThroughPeers = true, OrderWeight = 0 },
        Axes = new() { Kind = AxisKind.Component },
        Curriculum = true,
        Patience = 0,
    };
}
