using WebStudio.Gpu.Checkpoints.Generators;
using WebStudio.Gpu.Checkpoints.Torch;
using WebStudio.Gpu.StyleGan;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Checkpoints;

/// <summary>
/// The weights of a StyleGAN2 generator (skip architecture) with its shape, whatever kind of file it came from. Tensors carry NVIDIA's names
/// (stylegan2-ada-pytorch), for instance <c>mapping.fc0.weight</c> [w_dim, z_dim], <c>mapping.w_avg</c> [w_dim], <c>synthesis.b4.const</c> [C, 4, 4],
/// <c>synthesis.b8.conv0.weight</c> [O, I, 3, 3]. A personalised model may have no mapping at all, a training file of rosinality no
/// <c>mapping.w_avg</c>, and the built-in base has <c>gaussian.w_chol</c> [w_dim, z_dim] in place of the layers. Noise buffers and filters are always
/// there: where a file has none they are zeros and the usual filter.
/// </summary>
public sealed class GeneratorCheckpoint : IDisposable
{
    /// <summary>Wraps tensors without copying.</summary>
    /// <param name="config">The network's shape.</param>
    /// <param name="tensors">Every tensor by its name; owned from now on.</param>
    /// <param name="format">The kind of file it came from, for people.</param>
    public GeneratorCheckpoint(GeneratorConfig config, IReadOnlyDictionary<string, Tensor> tensors, string format = "in memory")
    {
        (Config, Tensors, Format) = (config, tensors, format);
    }

    /// <summary>The network's shape.</summary>
    public GeneratorConfig Config { get; }

    /// <summary>Tensors by NVIDIA's names; from <see cref="Read"/>: float32, contiguous, finite, on the CPU, without gradient.</summary>
    public IReadOnlyDictionary<string, Tensor> Tensors { get; }

    /// <summary>The kind of file it came from, for people.</summary>
    public string Format { get; }

    /// <summary>
    /// Reads a generator from a network pickle of NVIDIA (G_ema), a torch file of a pickled network (MyStyle's models), of rosinality's layout or
    /// of an encoder (its decoder), a state dict, or safetensors. The content decides, not the name. Nothing in the file is executed. Memory: the
    /// weights, once.
    /// </summary>
    /// <remarks>
    /// Safetensors without our metadata take clamp and filter from a base.json beside them that names them, or the defaults (no clamp, [1, 3, 3, 1]).
    /// </remarks>
    /// <exception cref="CheckpointException">The file is missing, damaged, or holds no such generator; the message says which.</exception>
    public static GeneratorCheckpoint Read(string path)
    {
        using var scope = NewDisposeScope();
        try
        {
            var checkpoint = Checkpoint.IsSafetensors(path) ? ReadSafetensors(path) : ReadTorch(path);
            foreach (var tensor in checkpoint.Tensors.Values)
                tensor.MoveToOuterDisposeScope();
            return checkpoint;
        }
        catch (FormatException error)
        {
            throw new CheckpointException($"{path} cannot be used as a generator: {error.Message}.", error);
        }
    }

    /// <summary>
    /// Writes safetensors with NVIDIA's names. The metadata entry <c>init_kwargs</c> is JSON of the keyword arguments of NVIDIA's Generator, whose
    /// load_state_dict takes the tensors.
    /// </summary>
    /// <exception cref="InvalidInputException">The file cannot be written; nothing is left behind.</exception>
    public void Write(string path)
    {
        using var scope = NewDisposeScope();
        var missing = GeneratorLayout.Filters(Config)
            .Where(filter => !Tensors.ContainsKey(filter.Name))
            .Select(filter => KeyValuePair.Create(filter.Name, FilterBuffer.ToKernel(Config.ResampleFilter)));
        SafetensorsFile.Write(path, Tensors.Concat(missing), new Dictionary<string, string>
        {
            ["format"] = "pt",
            [GeneratorSettings.MetadataKey] = GeneratorSettings.ToJson(Config),
        });
    }

    /// <summary>Disposes the tensors.</summary>
    public void Dispose()
    {
        foreach (var tensor in Tensors.Values)
            tensor.Dispose();
    }

    private static GeneratorCheckpoint ReadSafetensors(string path)
    {
        var file = SafetensorsFile.Read(path);
        var settings = file.Metadata.TryGetValue(GeneratorSettings.MetadataKey, out var json)
            ? GeneratorSettings.FromJson(json)
            : GeneratorSettings.FromSibling(path) ?? new();
        return new GeneratorBuilder(new FileInfo(path).Length).Build("safetensors", file.Tensors, settings);
    }

    private static GeneratorCheckpoint ReadTorch(string path)
    {
        using var file = Checkpoint.OpenTorch(path);
        var (builder, loader) = (new GeneratorBuilder(file.File.Length), new TensorLoader());
        if (NvidiaNetwork.Find(file.Root) is var (format, network))
            return builder.Build(format, Load(network.Tensors()), NvidiaNetwork.Settings(network));
        if (RosinalityNetwork.Find(file.Root) is var (layout, tensors, average))
        {
            var (named, settings) = RosinalityNetwork.Translate(tensors, average, loader);
            return builder.Build(layout, named, settings);
        }
        var state = StateDict.Flatten(file.Root, file.File.Length);
        if (state.ContainsKey("synthesis.b4.const") || state.ContainsKey("b4.const"))
            return builder.Build("state dict", Load(state), new());
        throw new FormatException($"it holds {state.Count} tensors, none of them under the names of NVIDIA's or rosinality's StyleGAN2");

        IEnumerable<KeyValuePair<string, Tensor>> Load(IEnumerable<KeyValuePair<string, StoredTensor>> stored) =>
            stored.Select(pair => KeyValuePair.Create(pair.Key, loader.Load(pair.Value)));
    }
}
