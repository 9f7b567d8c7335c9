using System.Diagnostics;
using System.Reflection;
using WebStudio.Gpu.Tests.Personalization;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Tests.Execution;

/// <summary>Numbers given to operations are objects that the garbage collector may take while libtorch still reads them (Directory.Build.targets tells more).</summary>
[Collection(AloneCollection.Name)]
public sealed class ScalarLifetimeTests
{
    private const int Rounds = 5000; // without the remedy two in a thousand fail

    [Fact]
    public void TorchSharp_is_compiled_so_that_arguments_live_as_long_as_the_call() =>
        Assert.True(typeof(Tensor).Assembly.GetCustomAttribute<DebuggableAttribute>()!.IsJITOptimizerDisabled);

    [Fact]
    public async Task Operations_compute_with_the_numbers_given_while_garbage_is_collected_all_the_time()
    {
        using var end = new CancellationTokenSource();
        var collectors = Enumerable.Range(0, 2).Select(_ => Task.Run(() => CollectUntil(end.Token))).ToArray();
        try
        {
            using var outer = NewDisposeScope();
            var x = full([256, 256], 2f);
            for (var n = 0; n < Rounds; n++)
            {
                using var scope = NewDisposeScope();
                var y = nn.functional.leaky_relu(x.pow(2).mul(3.0).add(1.5).clamp(-100, 100), 0.2);
                Assert.Equal(13.5f, y[255, 255].item<float>());
            }
        }
        finally
        {
            await end.CancelAsync();
            await Task.WhenAll(collectors);
        }
    }

    private static void CollectUntil(CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            GC.Collect(0, GCCollectionMode.Forced, blocking: true);
            GC.WaitForPendingFinalizers();
        }
    }
}
