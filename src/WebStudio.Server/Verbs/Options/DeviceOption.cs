using System.CommandLine;
using TorchSharp;
using WebStudio.Gpu;
using WebStudio.Gpu.Execution;

namespace WebStudio.Server.Verbs.Options;

/// <summary>--device auto|cpu|cuda.</summary>
internal static class DeviceOption
{
    public static Option<string> Create() => ChoiceOption.Create("--device", "Where to compute; auto takes the GPU where there is one", "auto", "cpu", "cuda");

    /// <summary>A float32 context on the device asked for.</summary>
    /// <exception cref="InvalidInputException">CUDA is asked for and not there.</exception>
    public static ComputeContext Open(string device, int seed = 0)
    {
        var cuda = device != "cpu" && torch.cuda.is_available();
        if (device == "cuda" && !cuda)
            throw new InvalidInputException("--device cuda: no CUDA device can be used (is the NVIDIA driver loaded, and was this built with -p:TorchBackend=cuda?). Use --device cpu.");
        return new ComputeContext(cuda ? torch.CUDA : torch.CPU, Seed: seed);
    }
}
