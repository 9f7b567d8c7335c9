using TorchSharp;
using WebStudio.Gpu.Execution;

namespace WebStudio.Gpu.Tests;

public class PatchedShimTests
{
    [Fact]
    public void Tensors_work_on_this_system()
    {
        Assert.True(File.Exists(TorchNative.EnsureLoaded()));
        using var product = torch.ones(2, 3).matmul(torch.ones(3, 2));
        Assert.Equal(3f, product[0, 0].item<float>());
    }
}
