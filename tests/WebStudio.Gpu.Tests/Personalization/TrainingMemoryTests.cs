using TorchSharp;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Gpu.Execution;
using WebStudio.Gpu.Personalization;
using WebStudio.Gpu.StyleGan;

namespace WebStudio.Gpu.Tests.Personalization;

public sealed class TrainingMemoryTests
{
    private static GeneratorConfig Ffhq => new() { ImgResolution = 1024, Channels = GeneratorConfig.ChannelsFor(1024, 32768, 512) };

    private static GeneratorConfig BuiltIn => BaseFolder.Open(BaseFolder.BuiltIn).Description.ToConfig();

    [Fact]
    public void Where_a_large_base_does_not_fit_it_is_said_with_figures_before_anything_begins()
    {
        var refused = Assert.Throws<InsufficientMemoryException>(new TrainingMemory(Ffhq, 60, 8, DeviceType.CPU, () => 4_000_000_000).RequireRoom);
        Assert.Matches(@"at 1024 px takes about \d+\.\d GB of memory, and 4\.0 GB are free", refused.Message);
        new TrainingMemory(BuiltIn, 60, 8, DeviceType.CPU, () => 1_500_000_000).RequireRoom(); // a laptop's
        new TrainingMemory(Ffhq, 60, 8, DeviceType.CUDA, () => 0).RequireRoom(); // a GPU tells by itself
    }

    [Fact]
    public void What_the_training_itself_takes_is_not_counted_twice_and_what_others_take_ends_it()
    {
        var estimate = (long)TrainingMemory.Estimate(BuiltIn, 60, 8);
        var (free, taken) = (estimate + HostMemory.Reserve, 1_000_000_000L);
        var memory = new TrainingMemory(BuiltIn, 60, 8, DeviceType.CPU, () => free, () => taken);
        memory.RequireRoom();
        memory.RequireStep();
        foreach (var share in (double[])[0.3, 0.7, 1])
        {
            (free, taken) = (HostMemory.Reserve + estimate - (long)(share * estimate), 1_000_000_000 + (long)(share * estimate));
            memory.RequireStep();
        }
        free = HostMemory.Reserve - 1;
        Assert.Matches(@"ran short while this was training at 128 px: 0\.1 GB were free", Assert.Throws<InsufficientMemoryException>(memory.RequireStep).Message);
        (free, taken) = (estimate - 1, 1_000_000_000); // what was taken was given back, and others took it
        Assert.Throws<InsufficientMemoryException>(memory.RequireStep);
        new TrainingMemory(BuiltIn, 60, 8, DeviceType.CUDA, () => 0).RequireStep();
    }

    [Fact]
    public void An_album_smaller_than_a_batch_takes_less_and_a_larger_one_its_pictures()
    {
        Assert.True(TrainingMemory.Estimate(Ffhq, 2, 8) < TrainingMemory.Estimate(Ffhq, 8, 8) / 2);
        Assert.Equal(16.0 * 1024 * 1024, TrainingMemory.Estimate(Ffhq, 21, 8) - TrainingMemory.Estimate(Ffhq, 20, 8), 0.001);
    }
}
