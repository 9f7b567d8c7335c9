namespace WebStudio.Gpu.BaseTraining;

/// <summary>How a reconstructing base is made sharper. The encoder stays as it is: a moving W would undo what it has learnt.</summary>
public sealed record AdversarialOptions
{
    /// <summary>Hours of work, over all resumptions; 0 leaves the phase out. Ignored where <see cref="Steps"/> is given.</summary>
    public double Hours { get; init; }

    /// <summary>Steps in all instead of a time.</summary>
    public int? Steps { get; init; }

    /// <summary>True where there is something to do.</summary>
    public bool Wanted => Steps > 0 || (Steps is null && Hours > 0);

    /// <summary>Weight of the discriminator's judgement beside the reconstruction loss.</summary>
    public double Weight { get; init; } = 0.1;

    /// <summary>Weight of the difference between the discriminator's maps of a picture and of its reconstruction.</summary>
    public double FeatureMatching { get; init; } = 0.1;

    /// <summary>γ of the R1 penalty (Mescheder et al., 2018).</summary>
    public double R1 { get; init; } = 1;

    /// <summary>The penalty is computed in every n-th step, n times as strong (StyleGAN2's lazy regularisation).</summary>
    public int R1Every { get; init; } = 8;

    /// <summary>Pictures of codes between two training pictures, for each reconstruction: what lies between codes has to look real too.</summary>
    public double Between { get; init; } = 0.5;

    /// <summary>Learning rate of both networks (Adam, β 0 and 0.99); falls to a tenth over the last third.</summary>
    public double LearningRate { get; init; } = 0.002;

    /// <summary>Steps over which <see cref="Weight"/> grows from 0, so that the discriminator learns first.</summary>
    public int WarmUp { get; init; } = 200;

    /// <summary>Decay of the moving average of the generator.</summary>
    public double Average { get; init; } = 0.998;

    /// <summary>What sharpness may cost, in dB of held-out reconstructions: where it costs more, the kept weights lie between those before and after.</summary>
    public double MostLoss { get; init; } = 0.3;

    /// <summary>Checks what cannot be trained.</summary>
    /// <exception cref="InvalidInputException">A value is out of range; the message names it.</exception>
    public AdversarialOptions Checked()
    {
        if (Steps < 0 || Hours < 0 || R1Every < 1 || WarmUp < 1 || Average is < 0 or >= 1 || Between is < 0 or > 1 || LearningRate <= 0 || R1 < 0 || Weight < 0 || FeatureMatching < 0 || MostLoss < 0)
            throw new InvalidInputException("The adversarial phase takes times, weights and rates from 0, shares between 0 and 1, and whole numbers of steps from 1.");
        return this;
    }
}
