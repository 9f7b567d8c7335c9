using System.Text.Json.Serialization;

namespace WebStudio.Gpu.BaseTraining;

/// <summary>A line of history.jsonl.</summary>
public sealed record BaseTrainingProgress
{
    /// <summary>Phase in which encoder and generator learn to give pictures back.</summary>
    public const string Reconstruction = "reconstruction";

    /// <summary>Phase in which the generator is made sharper against a discriminator.</summary>
    public const string Adversarial = "adversarial";

    /// <summary>Which phase.</summary>
    public string Phase { get; init; } = Reconstruction;

    /// <summary>Steps done in the phase.</summary>
    public int Step { get; init; }

    /// <summary>Time worked in the phase, over all resumptions.</summary>
    public double Seconds { get; init; }

    /// <summary>Share of the phase that is done, 0 to 1.</summary>
    public double Share { get; init; }

    /// <summary>Side of the pictures just now.</summary>
    public int Resolution { get; init; }

    /// <summary>The generator's learning rate.</summary>
    public double Rate { get; init; }

    /// <summary>Since the line before.</summary>
    public double PicturesPerSecond { get; init; }

    /// <summary>Mean absolute difference of training reconstructions since the line before; pixels are in [−1, 1].</summary>
    public double L1 { get; init; }

    /// <summary>Mean distance of face features.</summary>
    public double Perceptual { get; init; }

    /// <summary>Mean divergence of the codes, nats; null where the encoder is fixed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Kl { get; init; }

    /// <summary>Mean loss of the generator before the discriminator: softplus(−score of its pictures).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? AdversarialLoss { get; init; }

    /// <summary>Mean loss of the discriminator; 2·ln 2 where it cannot tell, 0 where it always can.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? DiscriminatorLoss { get; init; }

    /// <summary>Reconstructions of held-out pictures by the averaged networks, dB at the present resolution.</summary>
    public double HeldOutPsnr { get; init; }

    /// <summary>The same of pictures that are trained on: far above the other means that the pictures are learnt by heart.</summary>
    public double TrainingPsnr { get; init; }
}
