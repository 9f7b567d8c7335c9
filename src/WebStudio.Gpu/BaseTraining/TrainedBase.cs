using WebStudio.Gpu.Checkpoints;
using WebStudio.Gpu.Execution;
using WebStudio.Gpu.Personalization;
using static TorchSharp.torch;

namespace WebStudio.Gpu.BaseTraining;

/// <summary>Makes a base folder of a training's averaged networks.</summary>
public static class TrainedBase
{
    /// <summary>Writes generator, encoder and base.json.</summary>
    /// <param name="trainer">A training, complete or not, at its full resolution.</param>
    /// <param name="pictures">What it was trained on: the random codes are fitted to it.</param>
    /// <param name="folder">Not there yet, or empty.</param>
    /// <param name="name">Short name.</param>
    /// <param name="description">One sentence on what it is.</param>
    /// <param name="licence">Terms that follow from the pictures; null where they are not known.</param>
    /// <param name="options">The training's.</param>
    /// <param name="context">Device.</param>
    /// <exception cref="InvalidInputException">The folder is taken or cannot be written.</exception>
    public static void Write(BaseTrainer trainer, TrainingPictures pictures, string folder, string name, string description, string? licence, BaseTrainingOptions options, ComputeContext context)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var state = trainer.State;
        using var gaussian = CodeGaussian.Fit(state.AverageEncoder, pictures, new(pictures, options, context.Device));
        var generator = state.AverageGenerator.Parameters.Concat(state.AverageGenerator.Buffers).ToDictionary(t => $"synthesis.{t.Key}", t => t.Value);
        generator["mapping.w_avg"] = gaussian.Mean;
        generator["gaussian.w_chol"] = gaussian.Factor;
        var encoder = state.AverageEncoder.Parameters.Concat(state.AverageEncoder.Fixed).ToDictionary(t => t.Key, t => t.Value.detach().to(ScalarType.Float16));
        var described = BaseDescription.Of(name, options.ToConfig(), "gaussian") with
        {
            Description = description,
            Licence = licence,
            Encoder = new() { File = BaseFolder.EncoderFile, Architecture = ResidualPcaNetwork.Architecture, InputResolution = ResidualPcaNetwork.InputResolution },
        };
        BaseFolder.Write(folder, described, generator, encoder);
    }
}
