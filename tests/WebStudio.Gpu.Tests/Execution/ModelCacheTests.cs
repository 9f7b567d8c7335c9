using WebStudio.Gpu.Execution;
using WebStudio.Gpu.Imaging;
using WebStudio.Gpu.Personalization;
using WebStudio.Gpu.Tests.Applications;
using WebStudio.Gpu.Tests.Imaging;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Tests.Execution;

public sealed class ModelCacheTests
{
    private readonly List<string> _loaded = [];

    [Fact]
    public void A_model_is_opened_once_for_all_who_use_it()
    {
        using var cache = Cache(long.MaxValue);
        using var first = cache.Take("a");
        using var second = cache.Take("a");
        Assert.Same(first.Model, second.Model);
        Assert.Equal(["a"], _loaded);
    }

    [Fact]
    public void Beyond_the_budget_the_least_recently_used_goes_first()
    {
        using var cache = Cache(2 * Bytes + 1);
        Use(cache, "a");
        Use(cache, "b");
        Use(cache, "a");
        Use(cache, "c"); // b has to go
        Assert.Equal(2, cache.Count);
        Assert.True(cache.Bytes <= 2 * Bytes + 1);
        Use(cache, "a");
        Assert.Equal(["a", "b", "c"], _loaded);
        Use(cache, "b");
        Assert.Equal(["a", "b", "c", "b"], _loaded);
    }

    [Fact]
    public void A_model_in_use_stays_even_beyond_the_budget_and_goes_when_it_is_given_back()
    {
        using var cache = Cache(1);
        var held = cache.Take("a");
        Use(cache, "b");
        Assert.NotEmpty(Render(held.Model)); // not disposed
        held.Dispose();
        held.Dispose(); // twice gives back once
        Use(cache, "c");
        using var again = cache.Take("a");
        Assert.Equal(["a", "b", "c", "a"], _loaded);
    }

    [Fact]
    public void A_model_opened_between_the_steps_of_a_training_outlives_the_trainings_tensors()
    {
        using var folder = new TemporaryFolder();
        using (var model = SliderModel.Make())
            model.Save(folder.File("model"));
        using var cache = new ModelCache(long.MaxValue, path => PersonalizedModel.Load(path, ComputeContext.Cpu));
        ModelCache.Lease lease;
        byte[] before;
        using (NewDisposeScope()) // a training's
        {
            using (NewDisposeScope()) // a step's
                lease = cache.Take(folder.File("model"));
            before = Render(lease.Model);
        }
        Assert.Equal(before, Render(lease.Model));
        lease.Dispose();
    }

    private static long Bytes
    {
        get
        {
            using var cache = new ModelCache(long.MaxValue, _ => SliderModel.Make());
            Use(cache, "one");
            return cache.Bytes;
        }
    }

    private ModelCache Cache(long budget) => new(budget, folder =>
    {
        _loaded.Add(folder);
        return SliderModel.Make();
    });

    private static void Use(ModelCache cache, string folder) => cache.Take(folder).Dispose();

    private static byte[] Render(PersonalizedModel model)
    {
        using var scope = NewDisposeScope();
        return RgbImage.FromTensor(model.Generator.Render(model.Anchors.narrow(0, 0, 1))[0]).Pixels;
    }
}
