using System.Globalization;
using System.Text.RegularExpressions;
using WebStudio.Gpu.Checkpoints.Pickles;
using WebStudio.Gpu.Checkpoints.Torch;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Checkpoints.Generators;

/// <summary>
/// The layout of rosinality's stylegan2-pytorch, which e4e, pSp and MyStyle's encoder share: a flat list of layers instead of blocks, the same
/// numbers otherwise. Kernels of blur and upsampling contain the gain 4, conv weights a leading 1, a noise weight one element.
/// </summary>
internal static partial class RosinalityNetwork
{
    /// <summary>Fixed in its code, as is the absence of a clamp; the filter is read off its kernels.</summary>
    private const double MappingLrMultiplier = 0.01;

    /// <summary>The generator within a saved object: g_ema (or g) of a training file, the decoder of an encoder file, or a bare state dict.</summary>
    public static (string Format, IReadOnlyDictionary<string, StoredTensor> Tensors, StoredTensor? LatentAverage)? Find(object? root)
    {
        if (root is not PickleDict dict)
            return null;
        var average = dict["latent_avg"] as StoredTensor;
        foreach (var key in new[] { "g_ema", "g" })
            if (dict[key] is PickleDict state)
                return ($"rosinality stylegan2-pytorch ({key})", StateDict.Tensors(state), average);
        if (dict["state_dict"] is PickleDict encoder && StateDict.WithPrefix(StateDict.Tensors(encoder), "decoder.") is { Count: > 0 } decoder)
            return ("e4e/pSp encoder file (decoder)", decoder, average);
        return dict["input.input"] is StoredTensor ? ("rosinality stylegan2-pytorch (state dict)", StateDict.Tensors(dict), average) : null;
    }

    /// <summary>Renames and reshapes to NVIDIA's layout; kernels are turned into the filter setting instead.</summary>
    /// <exception cref="FormatException">A tensor is none of rosinality's.</exception>
    public static (IEnumerable<KeyValuePair<string, Tensor>> Tensors, GeneratorSettings Settings) Translate(
        IReadOnlyDictionary<string, StoredTensor> tensors,
        StoredTensor? latentAverage,
        TensorLoader loader)
    {
        var result = new List<KeyValuePair<string, Tensor>>();
        double[]? filter = null;
        foreach (var (name, stored) in tensors)
        {
            var tensor = loader.Load(stored);
            if (KernelPattern().IsMatch(name))
            {
                var taps = FilterBuffer.ToTaps(tensor, name);
                if (!taps.SequenceEqual(filter ??= taps))
                    throw new FormatException($"filter '{name}' differs from those before it");
            }
            else
                result.Add(new(Rename(name), Reshape(name, tensor)));
        }
        if (latentAverage is not null)
            result.Add(new("mapping.w_avg", AverageRow(loader.Load(latentAverage))));
        return (result, new GeneratorSettings(MappingLrMultiplier: MappingLrMultiplier, ResampleFilter: filter));
    }

    private static string Rename(string name)
    {
        if (name == "input.input")
            return "synthesis.b4.const";
        if (MappingPattern().Match(name) is { Success: true } mapping && Index(mapping.Groups[1].Value) is > 0 and var layer)
            return $"mapping.fc{layer - 1}.{mapping.Groups[2].Value}";
        if (NoisePattern().Match(name) is { Success: true } noise)
            return $"{LayerOf(Index(noise.Groups[1].Value) - 1)}.noise_const";
        if (ConvPattern().Match(name) is { Success: true } conv && ConvMember(conv.Groups["member"].Value) is { } member)
            return $"{LayerOf(conv.Groups["index"] is { Success: true } index ? Index(index.Value) : -1)}.{member}";
        if (RgbPattern().Match(name) is { Success: true } rgb && ConvMember(rgb.Groups["member"].Value) is { } rgbMember)
            return $"synthesis.b{(rgb.Groups["index"] is { Success: true } index ? Resolution(Index(index.Value)) : 4)}.torgb.{rgbMember}";
        throw new FormatException($"tensor '{name}' is not one of rosinality's StyleGAN2 generator");
    }

    /// <summary>Layer -1 is the one at 4 px; then two per resolution from 8 px on.</summary>
    private static string LayerOf(int index) => index < 0 ? "synthesis.b4.conv1" : $"synthesis.b{Resolution(index / 2)}.conv{index % 2}";

    private static int Resolution(int step) => step <= 7 ? 8 << step : throw new FormatException("it has layers beyond 1024 px");

    private static int Index(string digits) => int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
        ? index
        : throw new FormatException($"a layer has the number {digits}");

    private static string? ConvMember(string member) => member switch
    {
        "conv.weight" => "weight",
        "conv.modulation.weight" => "affine.weight",
        "conv.modulation.bias" => "affine.bias",
        "noise.weight" => "noise_strength",
        "activate.bias" or "bias" => "bias",
        _ => null,
    };

    /// <summary>Leading dimensions of 1 go, and those around a bias.</summary>
    private static Tensor Reshape(string name, Tensor tensor) => (name, tensor.shape) switch
    {
        ("input.input", [1, _, _, _]) => tensor[0],
        (_, [1, _, _, _, _]) => tensor[0],
        (_, [1, 1, _, _]) when name.StartsWith("noises.", StringComparison.Ordinal) => tensor[0, 0],
        (_, [1, _, 1, 1]) when name.EndsWith(".bias", StringComparison.Ordinal) => tensor.reshape(-1),
        (_, [1]) when name.EndsWith("noise.weight", StringComparison.Ordinal) => tensor[0],
        _ => tensor,
    };

    /// <summary>Encoder files keep the average once, or once per layer.</summary>
    private static Tensor AverageRow(Tensor average) => average.dim() switch
    {
        1 => average,
        2 when average.shape[0] is > 0 and <= 64 && average.is_floating_point() => average.mean([0]),
        _ => throw new FormatException($"latent_avg has the shape {TensorShape.Text(average.shape)}"),
    };

    [GeneratedRegex(@"^style\.(\d+)\.(weight|bias)$")]
    private static partial Regex MappingPattern();

    [GeneratedRegex(@"^noises\.noise_(\d+)$")]
    private static partial Regex NoisePattern();

    [GeneratedRegex(@"^(?:conv1|convs\.(?<index>\d+))\.(?<member>conv\.weight|conv\.modulation\.(?:weight|bias)|noise\.weight|activate\.bias)$")]
    private static partial Regex ConvPattern();

    [GeneratedRegex(@"^(?:to_rgb1|to_rgbs\.(?<index>\d+))\.(?<member>bias|conv\.weight|conv\.modulation\.(?:weight|bias))$")]
    private static partial Regex RgbPattern();

    [GeneratedRegex(@"^(?:convs\.\d+\.conv\.blur|to_rgbs\.\d+\.upsample)\.kernel$")]
    private static partial Regex KernelPattern();
}
