using TorchSharp;
using WebStudio.Gpu.Execution;

namespace WebStudio.Server.Execution;

internal static class DeviceFeature
{
    /// <summary>The device's one thread and the context in which everything on it is computed: the GPU where there is one, bfloat16 operands (ModelContext.ForTraining says why).</summary>
    public static IServiceCollection AddDevice(this IServiceCollection services)
    {
        services.AddSingleton<GpuExecutor>();
        services.AddSingleton(_ => new ComputeContext(torch.cuda.is_available() ? torch.CUDA : torch.CPU, torch.ScalarType.BFloat16));
        return services;
    }
}
