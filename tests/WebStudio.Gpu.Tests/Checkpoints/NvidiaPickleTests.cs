using System.Text.Json;
using TorchSharp;
using WebStudio.Gpu.Checkpoints;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Tests.Checkpoints;

public sealed class NvidiaPickleTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Theory]
    [InlineData("a64")]
    [InlineData("b32")]
    public void Every_tensor_of_the_averaged_generator_is_bit_equal_to_the_official_reader(string network)
    {
        using var expected = JsonDocument.Parse(File.ReadAllText(Shared.Golden("stylegan2-ada", network, "tensors.json")));

        var checkpoint = GeneratorCheckpoint.Read(Shared.Golden("stylegan2-ada", network, $"{network}.pkl"));

        TensorTable.Equal(expected.RootElement.GetProperty("G_ema"), checkpoint.Tensors);
        Assert.All(checkpoint.Tensors.Values, tensor => Assert.True(tensor.is_contiguous() && !tensor.requires_grad));
    }

    [Theory]
    [InlineData("a64")]
    [InlineData("b32")]
    public void Generator_discriminator_and_average_are_all_there_under_their_names(string network)
    {
        using var expected = JsonDocument.Parse(File.ReadAllText(Shared.Golden("stylegan2-ada", network, "tensors.json")));

        var tensors = Checkpoint.ReadTensors(Shared.Golden("stylegan2-ada", network, $"{network}.pkl"));

        foreach (var part in expected.RootElement.EnumerateObject())
            TensorTable.Equal(part.Value, tensors.Where(pair => pair.Key.StartsWith($"{part.Name}.", StringComparison.Ordinal)).ToDictionary(pair => pair.Key[(part.Name.Length + 1)..], pair => pair.Value));
    }

    [Theory]
    [InlineData("a64")]
    [InlineData("b32")]
    public void The_shape_of_the_network_is_the_one_it_was_made_with(string network)
    {
        using var manifest = JsonDocument.Parse(File.ReadAllText(Shared.Golden("stylegan2-ada", network, "manifest.json")));
        var expected = manifest.RootElement.GetProperty("config");

        var config = GeneratorCheckpoint.Read(Shared.Golden("stylegan2-ada", network, $"{network}.pkl")).Config;

        Assert.Equal(expected.GetProperty("z").GetInt32(), config.ZDim);
        Assert.Equal(expected.GetProperty("w").GetInt32(), config.WDim);
        Assert.Equal(0, config.CDim);
        Assert.Equal(expected.GetProperty("res").GetInt32(), config.ImgResolution);
        Assert.Equal(3, config.ImgChannels);
        Assert.Equal(expected.GetProperty("num_ws").GetInt32(), config.NumWs);
        Assert.Equal(expected.GetProperty("map_layers").GetInt32(), config.MappingLayers);
        Assert.Equal(expected.GetProperty("clamp") is { ValueKind: JsonValueKind.Number } clamp ? clamp.GetDouble() : null, config.ConvClamp);
        Assert.Equal(expected.GetProperty("channels").EnumerateObject().Select(pair => (int.Parse(pair.Name), pair.Value.GetInt32())).Order(), config.Channels.Select(pair => (pair.Key, pair.Value)).Order());
        Assert.Equal(0.01, config.MappingLrMultiplier);
        Assert.Equal([1, 3, 3, 1], config.ResampleFilter);
    }

    [Fact]
    public void A_personalised_model_is_a_synthesis_network_without_mapping()
    {
        using var expected = JsonDocument.Parse(File.ReadAllText(Shared.Golden("mystyle", "mystyle_model_tensors.json")));

        var checkpoint = GeneratorCheckpoint.Read(Shared.Golden("mystyle", "mystyle_model.pt"));

        Assert.All(checkpoint.Tensors.Keys, name => Assert.StartsWith("synthesis.", name));
        TensorTable.Equal(expected.RootElement, checkpoint.Tensors.ToDictionary(pair => pair.Key["synthesis.".Length..], pair => pair.Value));
        Assert.Equal(64, checkpoint.Config.ImgResolution);
        Assert.Equal(96, checkpoint.Config.WDim);
        Assert.Equal(0, checkpoint.Config.MappingLayers);
    }

    [Fact]
    public void Reading_leaves_no_tensor_but_those_it_returns()
    {
        var path = Shared.Golden("stylegan2-ada", "b32", "b32.pkl");
        GeneratorCheckpoint.Read(path).Dispose();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        using (var checkpoint = GeneratorCheckpoint.Read(path))
            Assert.Equal(before + checkpoint.Tensors.Count, DisposeScopeManager.Statistics.ThreadTotalLiveCount);

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }
}
