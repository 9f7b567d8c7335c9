using TorchSharp;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Gpu.Personalization;
using WebStudio.Gpu.StyleGan;

namespace WebStudio.Gpu.Tests.Personalization;

public sealed class TrainingMemoryTests
{
    private static GeneratorConfig Ffhq => new() { ImgResolution = 1024, Channels = GeneratorConfig.ChannelsFor(1024, 32768, 512) };

    [Fact]
    public void Where_a_large_base_does_not_fit_it_is_said_with_figures_before_anything_begins()
    {
        var refused = Assert.Throws<InvalidInputException>(() => TrainingMemory.RequireRoom(Ffhq, 60, 8, DeviceType.CPU, 4_000_000_000));
        Assert.Matches(@"at 1024 px takes about \d+\.\d GB of memory, and 4\.0 GB are free", refused.Message);
        TrainingMemory.RequireRoom(BaseFolder.Open(BaseFolder.BuiltIn).Description.ToConfig(), 60, 8, DeviceType.CPU, 1_500_000_000); // a laptop's
        TrainingMemory.RequireRoom(Ffhq, 60, 8, DeviceType.CUDA, 0); // a GPU tells by itself
    }

    [Fact]
    public void An_album_smaller_than_a_batch_takes_less_and_a_larger_one_its_pictures()
    {
        Assert.True(TrainingMemory.Estimate(Ffhq, 2, 8) < TrainingMemory.Estimate(Ffhq, 8, 8) / 2);
        Assert.Equal(16.0 * 1024 * 1024, TrainingMemory.Estimate(Ffhq, 21, 8) - TrainingMemory.Estimate(Ffhq, 20, 8), 0.001);
    }
}
