using System.Text.Json;
using TorchSharp;
using WebStudio.Gpu.Checkpoints;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Tests.Checkpoints;

public sealed class RosinalityTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Theory]
    [InlineData("zip")]
    [InlineData("legacy")]
    public void The_same_network_in_both_layouts_becomes_the_same_tensors(string container)
    {
        var nvidia = GeneratorCheckpoint.Read(Shared.Golden("stylegan2-ada", "a64", "a64.pkl"));

        var rosinality = GeneratorCheckpoint.Read(Shared.Golden("rosinality", $"a64_rosinality_{container}.pt"));

        Assert.Equal(nvidia.Tensors.Keys.Order(), rosinality.Tensors.Keys.Order());
        foreach (var (name, expected) in nvidia.Tensors)
            Near.Equal(expected, rosinality.Tensors[name], atol: 0);
        Assert.Equal(nvidia.Config with { Channels = rosinality.Config.Channels, ResampleFilter = rosinality.Config.ResampleFilter }, rosinality.Config);
        Assert.Equal(nvidia.Config.Channels, rosinality.Config.Channels);
        Assert.Equal([1, 3, 3, 1], rosinality.Config.ResampleFilter);
    }

    [Theory]
    [InlineData("zip")]
    [InlineData("legacy")]
    public void Every_tensor_of_the_file_is_read_as_it_was_saved(string container)
    {
        using var expected = JsonDocument.Parse(File.ReadAllText(Shared.Golden("rosinality", "tensors.json")));

        var tensors = Checkpoint.ReadTensors(Shared.Golden("rosinality", $"a64_rosinality_{container}.pt"));

        TensorTable.Equal(expected.RootElement, tensors.ToDictionary(pair => pair.Key.Replace("g_ema.", ""), pair => pair.Value));
    }

    [Fact]
    public void The_average_latent_is_the_one_beside_the_weights()
    {
        Near.Equal(Npy.Read(Shared.Golden("rosinality", "latent_avg.npy")), GeneratorCheckpoint.Read(Shared.Golden("rosinality", "a64_rosinality_zip.pt")).Tensors["mapping.w_avg"], atol: 0);
    }
}
