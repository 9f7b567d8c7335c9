using System.CommandLine;
using WebStudio.Gpu;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Gpu.Execution;
using WebStudio.Gpu.StyleGan;
using static TorchSharp.torch;
using Generator = WebStudio.Gpu.StyleGan.Generator;

namespace WebStudio.Server.Verbs.Generators;

/// <summary>What the FILE of a generator verb turned out to be: a base folder or a checkpoint.</summary>
/// <param name="Kind">In words, for people.</param>
/// <param name="Name">Short name.</param>
/// <param name="Licence">Terms of use; null where nothing is known of them.</param>
/// <param name="Config">Shape.</param>
/// <param name="Tensors">NVIDIA's names; in the dispose scope of whoever opened it.</param>
/// <param name="Folder">The base folder; null for a checkpoint.</param>
internal sealed record GeneratorSource(string Kind, string Name, string? Licence, GeneratorConfig Config, IReadOnlyDictionary<string, Tensor> Tensors, BaseFolder? Folder)
{
    /// <summary>The argument FILE.</summary>
    public static Argument<string> Argument() => new("FILE")
    {
        Description = "Generator: a base folder, a network pickle (NVIDIA .pkl), a torch file (.pt, .pth) or safetensors; the content decides",
    };

    /// <summary>Opens what a path names.</summary>
    /// <exception cref="InvalidInputException">It is no generator.</exception>
    public static GeneratorSource Open(string path)
    {
        if (!Directory.Exists(path))
        {
            var checkpoint = GeneratorCheckpoint.Read(path);
            return new(checkpoint.Format, Path.GetFileNameWithoutExtension(path), null, checkpoint.Config, checkpoint.Tensors, null);
        }
        var folder = BaseFolder.Open(path);
        var description = folder.Description;
        return new("base folder", description.Name, description.Licence, description.ToConfig(), folder.ReadGenerator(), folder);
    }

    /// <summary>How z becomes w: "network", "gaussian", or "none".</summary>
    public string Mapping => Tensors.ContainsKey("gaussian.w_chol") ? "gaussian" : Tensors.ContainsKey("mapping.fc0.weight") ? "network" : "none";

    /// <summary>Builds the generator.</summary>
    /// <exception cref="InvalidInputException">The tensors do not fit the shape.</exception>
    public Generator Load(ComputeContext context) => Generator.Create(Config, Tensors, context);
}
