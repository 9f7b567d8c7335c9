using System.Runtime.CompilerServices;
using WebStudio.Gpu.Execution;

namespace WebStudio.Server.Tests;

internal static class Setup
{
    [ModuleInitializer]
    internal static void LoadTorch() => TorchNative.EnsureLoaded();
}
