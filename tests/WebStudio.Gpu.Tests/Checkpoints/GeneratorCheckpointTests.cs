using System.Text.Json;
using TorchSharp;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Gpu.Checkpoints.Generators;
using WebStudio.Gpu.StyleGan;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Tests.Checkpoints;

public sealed class GeneratorCheckpointTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly DisposeScope scope = NewDisposeScope();

    private static GeneratorConfig Tiny => new()
    {
        ZDim = 6,
        WDim = 5,
        ImgResolution = 16,
        Channels = new SortedDictionary<int, int> { [4] = 4, [8] = 4, [16] = 2 },
        MappingLayers = 3,
        MappingLrMultiplier = 0.02,
        ConvClamp = 256,
        ResampleFilter = [1, 2, 1],
    };

    public void Dispose()
    {
        scope.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void Written_safetensors_come_back_with_every_tensor_and_setting()
    {
        var written = new GeneratorCheckpoint(Tiny, Random(Tiny));

        written.Write(folder["model.safetensors"]);
        var read = GeneratorCheckpoint.Read(folder["model.safetensors"]);

        Same(Tiny, read.Config);
        foreach (var (name, tensor) in written.Tensors)
            Near.Equal(tensor, read.Tensors[name], atol: 0);
        var kernel = tensor([1f, 2, 1, 2, 4, 2, 1, 2, 1]).reshape(3, 3) / 16;
        Assert.Equal(3 + 5, read.Tensors.Count - written.Tensors.Count);
        Near.Equal(kernel, read.Tensors["synthesis.b8.resample_filter"], atol: 0);
    }

    [Fact]
    public void The_metadata_are_the_arguments_of_the_official_constructor()
    {
        new GeneratorCheckpoint(Tiny, Random(Tiny)).Write(folder["model.safetensors"]);

        var metadata = SafetensorsFile.Read(folder["model.safetensors"]).Metadata;

        Assert.Equal("pt", metadata["format"]);
        Assert.True(JsonElement.DeepEquals(
            JsonElement.Parse("""{"z_dim":6,"c_dim":0,"w_dim":5,"img_resolution":16,"img_channels":3,"mapping_kwargs":{"num_layers":3,"lr_multiplier":0.02},"synthesis_kwargs":{"conv_clamp":256,"resample_filter":[1,2,1],"channel_base":32,"channel_max":4}}"""),
            JsonElement.Parse(metadata["init_kwargs"])));
    }

    [Theory]
    [InlineData("a64")]
    [InlineData("b32")]
    public void An_imported_network_survives_the_way_through_our_format(string network)
    {
        var imported = GeneratorCheckpoint.Read(Shared.Golden("stylegan2-ada", network, $"{network}.pkl"));

        imported.Write(folder["model.safetensors"]);
        var read = GeneratorCheckpoint.Read(folder["model.safetensors"]);

        Same(imported.Config, read.Config);
        Assert.Equal(imported.Tensors.Keys.Order(), read.Tensors.Keys.Order());
        foreach (var (name, tensor) in imported.Tensors)
            Assert.Equal(TensorTable.Bytes(tensor), TensorTable.Bytes(read.Tensors[name]));
    }

    [Fact]
    public void The_built_in_base_is_read_with_the_description_beside_it()
    {
        var checkpoint = GeneratorCheckpoint.Read(Path.Combine(AppContext.BaseDirectory, "models", "faces", "generator.safetensors"));

        Same(new() { ImgResolution = 128, Channels = GeneratorConfig.ChannelsFor(128, 2048, 256), MappingLayers = 0 }, checkpoint.Config);
        Assert.Equal([512, 512], checkpoint.Tensors["gaussian.w_chol"].shape);
        Assert.Equal([128, 128], checkpoint.Tensors["synthesis.b128.conv1.noise_const"].shape);
    }

    [Fact]
    public void A_description_beside_a_file_gives_clamp_and_filter_and_only_to_the_file_it_names()
    {
        SafetensorsFile.Write(folder["generator.safetensors"], Random(Tiny));
        SafetensorsFile.Write(folder["other.safetensors"], Random(Tiny));
        const string description = """{"format":1,"name":"tiny","generator":{"file":"generator.safetensors","img_resolution":16,"conv_clamp":64,"resample_filter":[1,1]}}""";
        File.WriteAllText(folder["base.json"], description);

        var described = GeneratorCheckpoint.Read(folder["generator.safetensors"]).Config;
        var plain = GeneratorCheckpoint.Read(folder["other.safetensors"]).Config;
        File.WriteAllText(folder["base.json"], description.Replace("tiny", "\\ud800"));
        var broken = Assert.Throws<CheckpointException>(() => GeneratorCheckpoint.Read(folder["generator.safetensors"]));

        Assert.Equal([1, 1], described.ResampleFilter);
        Assert.Equal(64, described.ConvClamp);
        Assert.Equal([1, 3, 3, 1], plain.ResampleFilter);
        Assert.Null(plain.ConvClamp);
        Assert.Contains("base.json", broken.Message);
    }

    [Fact]
    public void A_network_without_noise_or_filters_gets_silent_noise_and_the_usual_filter()
    {
        SafetensorsFile.Write(folder["plain.safetensors"], Random(Tiny).Where(pair => !pair.Key.Contains("noise")));

        var tensors = GeneratorCheckpoint.Read(folder["plain.safetensors"]).Tensors;

        Assert.Equal(0, tensors["synthesis.b8.conv0.noise_strength"].item<float>());
        Near.Equal(zeros(16, 16), tensors["synthesis.b16.conv1.noise_const"], atol: 0);
        Near.Equal(tensor([1f, 3, 3, 1]).outer(tensor([1f, 3, 3, 1])) / 64, tensors["synthesis.b16.conv0.resample_filter"], atol: 0);
    }

    [Theory]
    [InlineData("")]
    [InlineData("synthesis.")]
    public void A_state_dict_under_the_official_names_is_a_generator_with_or_without_prefix(string prefix)
    {
        var given = Random(Tiny).Where(pair => pair.Key.StartsWith("synthesis.", StringComparison.Ordinal)).ToDictionary();
        using (var stream = File.Create(folder["state.pt"]))
        {
            var pickle = new PickleBuilder(stream);
            pickle.Dict([.. given.Select<KeyValuePair<string, Tensor>, (string, Action)>(pair =>
                (pair.Key.Replace("synthesis.", prefix), () => pickle.Tensor(pair.Value.data<float>().ToArray(), pair.Value.shape)))]).Stop();
        }

        var read = GeneratorCheckpoint.Read(folder["state.pt"]);

        Assert.Equal(0, read.Config.MappingLayers);
        Assert.All(given, pair => Near.Equal(pair.Value, read.Tensors[pair.Key], atol: 0));
    }

    [Fact]
    public void A_conditional_network_is_recognised_by_its_embedding()
    {
        var config = Tiny with { CDim = 7 };
        SafetensorsFile.Write(folder["labels.safetensors"], Random(config));

        var read = GeneratorCheckpoint.Read(folder["labels.safetensors"]).Config;

        Assert.Equal((6, 7, 5), (read.ZDim, read.CDim, read.WDim));
    }

    [Fact]
    public void Half_precision_weights_become_single()
    {
        var half = Random(Tiny).ToDictionary(pair => pair.Key, pair => pair.Value.half());
        SafetensorsFile.Write(folder["half.safetensors"], half);

        var read = GeneratorCheckpoint.Read(folder["half.safetensors"]);

        Assert.All(half, pair => Near.Equal(pair.Value, read.Tensors[pair.Key], atol: 0));
        Assert.All(read.Tensors.Values, tensor => Assert.Equal(ScalarType.Float32, tensor.dtype));
    }

    [Theory]
    [InlineData("missing", "tensor 'synthesis.b8.conv0.affine.weight' is missing")]
    [InlineData("shape", "'synthesis.b8.conv0.affine.weight' has the shape [4, 4] instead of [4, 5]")]
    [InlineData("type", "of type Int64")]
    [InlineData("nan", "infinite or not a number")]
    [InlineData("extra", "'synthesis.b8.skip.weight' belongs to no StyleGAN2 generator")]
    [InlineData("no mapping layer", "'mapping.fc1.bias' belongs to no")]
    [InlineData("nothing", "synthesis.b4.conv1.weight is missing")]
    [InlineData("tiny", "its resolution is 4 px")]
    public void A_generator_that_would_be_rendered_wrongly_is_refused(string defect, string says)
    {
        var tensors = Random(Tiny);
        const string name = "synthesis.b8.conv0.affine.weight";
        switch (defect)
        {
            case "missing": tensors.Remove(name); break;
            case "shape": tensors[name] = zeros(4, 4); break;
            case "type": tensors[name] = zeros(4, 5, dtype: ScalarType.Int64); break;
            case "nan": tensors[name][1, 1] = float.NaN; break;
            case "extra": tensors["synthesis.b8.skip.weight"] = zeros(4, 4, 1, 1); break;
            case "no mapping layer": tensors.Remove("mapping.fc1.weight"); break;
            case "nothing": tensors = new() { ["weight"] = zeros(3) }; break;
            case "tiny": tensors = tensors.Where(pair => !pair.Key.Contains("b8") && !pair.Key.Contains("b16")).ToDictionary(); break;
        }
        SafetensorsFile.Write(folder["bad.safetensors"], tensors);
        var alive = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        var error = Assert.Throws<CheckpointException>(() => GeneratorCheckpoint.Read(folder["bad.safetensors"]));

        Assert.Contains("bad.safetensors", error.Message);
        Assert.Contains(says, error.Message);
        Assert.Equal(alive, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void A_network_pickle_gives_clamp_and_multiplier_from_its_layers()
    {
        Pickle("network.pkl");

        var read = GeneratorCheckpoint.Read(folder["network.pkl"]);

        // Pickles of this test hold no filters, so the usual one is assumed.
        Same(Tiny with { ResampleFilter = [1, 3, 3, 1] }, read.Config);
        Assert.Contains("G_ema", read.Format);
    }

    [Theory]
    [InlineData("synthesis.b8", "architecture", "resnet", "architecture 'resnet'")]
    [InlineData("synthesis.b8.conv0", "activation", "relu", "activation 'relu'")]
    [InlineData("synthesis.b8.conv1", "act_gain", 1.0, "act_gain 1")]
    [InlineData("synthesis.b8.conv1", "conv_clamp", 1.0, "clamp at different values")]
    [InlineData("synthesis.b8.conv1.affine", "weight_gain", 1.0, "weight_gain 1")]
    [InlineData("synthesis.b8.conv1.affine", "bias_gain", 2.0, "bias_gain 2")]
    [InlineData("mapping.fc1", "bias_gain", 0.5, "multiplier 0.5")]
    [InlineData("mapping.fc1", "activation", "linear", "activation 'linear'")]
    [InlineData("mapping.fc1", "weight_gain", double.NaN, "weight_gain NaN")]
    public void A_network_of_another_variant_is_refused_by_layer_and_attribute(string module, string attribute, object value, string says)
    {
        Pickle("variant.pkl", (path, name, official) => path == module && name == attribute ? value : official);

        var error = Assert.Throws<CheckpointException>(() => GeneratorCheckpoint.Read(folder["variant.pkl"]));

        Assert.Contains(says, error.Message);
    }

    [Fact]
    public void Ffhq_at_1024_px_is_read_with_its_elements_taken_once_and_nothing_else_of_size()
    {
        // The shape of NVIDIA's FFHQ network (config-f): 18 layers, 512 channels up to 64 px, 30 million parameters.
        var config = new GeneratorConfig { ImgResolution = 1024, Channels = GeneratorConfig.ChannelsFor(1024, 32768, 512), ConvClamp = 256 };
        var random = new Random(8);
        using (var stream = File.Create(folder["ffhq.pkl"]))
            NetworkPickle.Write(stream, config, (_, shape) => [.. Enumerable.Repeat(random.NextSingle() - 0.5f, (int)shape.Aggregate(1L, (a, b) => a * b))]);
        var before = GC.GetAllocatedBytesForCurrentThread();

        using var checkpoint = GeneratorCheckpoint.Read(folder["ffhq.pkl"]);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Same(config, checkpoint.Config);
        Assert.Equal(18, checkpoint.Config.NumWs);
        Assert.InRange(checkpoint.Tensors.Where(pair => !pair.Key.Contains("noise") && !pair.Key.Contains("filter")).Sum(pair => pair.Value.numel()), 29_900_000, 30_500_000);
        // Managed memory: tables and buffers only; 131 MB of elements go straight into tensors.
        Assert.InRange(allocated, 0, 16_000_000);
    }

    private static Dictionary<string, Tensor> Random(GeneratorConfig config) => GeneratorLayout.Required(config)
        .Concat(GeneratorLayout.Optional(config).Where(entry => entry.Name != GeneratorLayout.GaussianFactor))
        .ToDictionary(entry => entry.Name, entry => randn(entry.Shape));

    private static void Same(GeneratorConfig expected, GeneratorConfig actual)
    {
        Assert.Equal(expected.Channels.OrderBy(pair => pair.Key), actual.Channels.OrderBy(pair => pair.Key));
        Assert.Equal(expected.ResampleFilter, actual.ResampleFilter);
        Assert.Equal(expected with { Channels = actual.Channels, ResampleFilter = actual.ResampleFilter }, actual);
    }

    private void Pickle(string name, NetworkPickle.Attribute? change = null)
    {
        using var stream = File.Create(folder[name]);
        NetworkPickle.Write(stream, Tiny, (_, shape) => new float[shape.Aggregate(1L, (a, b) => a * b)], change);
    }
}
