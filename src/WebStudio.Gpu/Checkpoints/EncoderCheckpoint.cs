using WebStudio.Gpu.Checkpoints.Pickles;
using WebStudio.Gpu.Checkpoints.Torch;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Checkpoints;

/// <summary>
/// An e4e or pSp file: {state_dict, latent_avg, opts}. Its decoder is a generator in rosinality's layout; <see cref="GeneratorCheckpoint.Read"/>
/// of the same file gives that.
/// </summary>
public sealed class EncoderCheckpoint : IDisposable
{
    private EncoderCheckpoint(IReadOnlyDictionary<string, Tensor> tensors, Tensor? latentAverage, IReadOnlyDictionary<string, object?> options)
    {
        (Tensors, LatentAverage, Options) = (tensors, latentAverage, options);
    }

    /// <summary>The encoder's tensors under their own names, without the prefix "encoder." (input_layer.0.weight, body.0.…).</summary>
    public IReadOnlyDictionary<string, Tensor> Tensors { get; }

    /// <summary>The mean latent that the encoder's output is added to, [w_dim] or [num_ws, w_dim]; null where the file has none.</summary>
    public Tensor? LatentAverage { get; }

    /// <summary>
    /// The training options (encoder_type, stylegan_size, start_from_latent_avg, …): bool, long, double, string or null; values of other types are left
    /// out.
    /// </summary>
    public IReadOnlyDictionary<string, object?> Options { get; }

    /// <summary>Reads encoder, mean latent and options.</summary>
    /// <exception cref="CheckpointException">The file is missing, damaged, or not an encoder's.</exception>
    public static EncoderCheckpoint Read(string path)
    {
        using var scope = NewDisposeScope();
        using var file = Checkpoint.OpenTorch(path);
        var root = file.Root as PickleDict;
        var encoder = root?["state_dict"] is PickleDict state ? StateDict.WithPrefix(StateDict.Tensors(state), "encoder.") : null;
        if (encoder is not { Count: > 0 })
            throw new CheckpointException($"{path} is not an encoder file: a dict with state_dict, whose names begin with encoder., is expected.");
        var loader = new TensorLoader();
        var tensors = encoder.ToDictionary(pair => pair.Key, pair => loader.Load(pair.Value));
        var average = root!["latent_avg"] is StoredTensor stored ? loader.Load(stored) : null;
        foreach (var tensor in tensors.Values)
            tensor.MoveToOuterDisposeScope();
        var options = (root["opts"] as PickleDict)?.Items ?? [];
        return new(tensors, average?.MoveToOuterDisposeScope(), options
            .Where(option => option is { Key: string, Value: null or bool or long or double or string })
            .ToDictionary(option => (string)option.Key, option => option.Value));
    }

    /// <summary>Disposes the tensors.</summary>
    public void Dispose()
    {
        LatentAverage?.Dispose();
        foreach (var tensor in Tensors.Values)
            tensor.Dispose();
    }
}
