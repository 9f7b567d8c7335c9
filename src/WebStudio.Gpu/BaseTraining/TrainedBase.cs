using WebStudio.Gpu.Checkpoints;
using WebStudio.Gpu.Personalization;
using WebStudio.Gpu.StyleGan;
using static TorchSharp.torch;

namespace WebStudio.Gpu.BaseTraining;

/// <summary>What base.json is to say of a trained base beside its shape.</summary>
/// <param name="Name">Short name.</param>
/// <param name="Description">One sentence on what it is.</param>
/// <param name="Licence">Terms that follow from the pictures; null where they are not known.</param>
public sealed record TrainedBaseWords(string Name, string Description, string? Licence);

/// <summary>Makes a base folder of trained networks.</summary>
public static class TrainedBase
{
    /// <summary>Largest generator that is kept in float32, in numbers; larger ones are halved on disk.</summary>
    private const long MostSinglePrecision = 8_000_000;

    /// <summary>Writes generator, encoder and base.json; random codes are fitted to the codes of the training pictures.</summary>
    /// <param name="trainer">A training, complete or not.</param>
    /// <param name="generator">Its averaged generator, or what an <see cref="AdversarialTrainer"/> made of it.</param>
    /// <param name="pictures">What it was trained on.</param>
    /// <param name="folder">Not there yet, or empty.</param>
    /// <param name="words">For base.json.</param>
    /// <param name="mostSinglePrecision">More numbers than these are halved on disk.</param>
    /// <exception cref="InvalidInputException">The folder is taken or cannot be written.</exception>
    public static void Write(BaseTrainer trainer, SynthesisNetwork generator, TrainingPictures pictures, string folder, TrainedBaseWords words, long mostSinglePrecision = MostSinglePrecision)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var trained = trainer.State.AverageEncoder;
        using var gaussian = CodeGaussian.Fit(trained, pictures, generator.Context.Device);
        var tensors = generator.Parameters.Concat(generator.Buffers).ToDictionary(t => $"synthesis.{t.Key}", t => t.Value);
        tensors["mapping.w_avg"] = gaussian.Mean;
        tensors["gaussian.w_chol"] = gaussian.Factor;
        if (tensors.Values.Sum(t => t.numel()) > mostSinglePrecision)
            tensors = tensors.ToDictionary(t => t.Key, t => t.Value.detach().to(ScalarType.Float16));
        var encoder = trained.Parameters.Concat(trained.Fixed).ToDictionary(t => t.Key, t => t.Value.detach().to(ScalarType.Float16));
        var described = BaseDescription.Of(words.Name, generator.Config, "gaussian") with
        {
            Description = words.Description,
            Licence = words.Licence,
            Encoder = new() { File = BaseFolder.EncoderFile, Architecture = ResidualPcaNetwork.Architecture, InputResolution = ResidualPcaNetwork.InputResolution },
        };
        BaseFolder.Write(folder, described, tensors, encoder);
    }
}
