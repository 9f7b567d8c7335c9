using WebStudio.Gpu.Checkpoints.Torch;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Checkpoints;

/// <summary>
/// Reads weight files of any kind as a flat list of tensors: torchvision backbones, LPIPS's linear layers, anchors, state dicts, safetensors.
/// </summary>
public static class Checkpoint
{
    /// <summary>
    /// All tensors of a file. Nested dictionaries and lists give dotted names (state_dict.encoder.0.weight, G_ema.synthesis.b4.const); a file that
    /// is one tensor gives it as "tensor". Views keep shape and strides and share memory where they did when saved.
    /// </summary>
    /// <param name="path">A .pt, .pth, .pkl or .safetensors file; the content decides, not the name.</param>
    /// <returns>CPU tensors without gradient, owned by the caller (by its dispose scope, where there is one).</returns>
    /// <exception cref="CheckpointException">The file is missing, damaged, or refers to anything but data.</exception>
    public static IReadOnlyDictionary<string, Tensor> ReadTensors(string path)
    {
        if (IsSafetensors(path))
            return SafetensorsFile.Read(path).Tensors;
        using var scope = NewDisposeScope();
        using var file = OpenTorch(path);
        try
        {
            var loader = new TensorLoader();
            var tensors = StateDict.Flatten(file.Root, file.File.Length).ToDictionary(pair => pair.Key, pair => loader.Load(pair.Value));
            foreach (var tensor in tensors.Values)
                tensor.MoveToOuterDisposeScope();
            return tensors;
        }
        catch (FormatException error)
        {
            throw new CheckpointException($"{path}: {error.Message}.", error);
        }
    }

    /// <summary>Safetensors begin with the length of a JSON object.</summary>
    internal static bool IsSafetensors(string path)
    {
        using var stream = CheckpointFile.Open(path);
        Span<byte> head = stackalloc byte[9];
        return stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length
            && head[8] == '{'
            && BitConverter.ToUInt64(head) <= SafetensorsHeader.MaxLength;
    }

    /// <summary>Opens what Python wrote.</summary>
    internal static TorchFile OpenTorch(string path)
    {
        var stream = CheckpointFile.Open(path);
        var first = stream.ReadByte();
        // A ZIP archive, a pickle of protocol 2 or later, or the first instruction of an older pickle.
        if (first is not ('P' or 0x80 or '(' or ']' or '}' or 'c'))
        {
            stream.Dispose();
            throw new CheckpointException(first < 0
                ? $"{path} is empty."
                : $"{path} is not a checkpoint: accepted are safetensors, PyTorch files (.pt, .pth) and NVIDIA network pickles (.pkl).");
        }
        return TorchFile.Open(path, stream);
    }
}
