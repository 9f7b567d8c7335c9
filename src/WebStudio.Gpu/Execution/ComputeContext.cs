using TorchSharp;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Execution;

/// <summary>Where and how numbers are computed; passed in, never static.</summary>
/// <param name="Device">The device that holds weights and activations.</param>
/// <param name="Precision">Type of convolution operands: float32 (parity) or bfloat16 (about 1.7 times faster on AVX-512 CPUs); weights stay float32.</param>
/// <param name="Seed">Seed of every random number drawn; equal seeds give equal results on one machine.</param>
public sealed record ComputeContext(Device Device, ScalarType Precision = ScalarType.Float32, int Seed = 0)
{
    /// <summary>CPU, float32, seed 0.</summary>
    public static ComputeContext Cpu { get; } = new(torch.CPU);
}
