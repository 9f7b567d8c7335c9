using System.Globalization;
using System.Numerics;
using System.Text.Json;
using TorchSharp;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Gpu.Checkpoints.Pickles;
using WebStudio.Gpu.Checkpoints.Torch;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Tests.Checkpoints;

public sealed class TorchGoldenTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Theory]
    [InlineData("basic", "zip")]
    [InlineData("basic", "legacy")]
    [InlineData("views", "zip")]
    [InlineData("views", "legacy")]
    [InlineData("state_dict", "zip")]
    [InlineData("state_dict", "legacy")]
    [InlineData("e4e_namespace", "zip")]
    [InlineData("e4e_namespace", "legacy")]
    [InlineData("e4e_dict", "zip")]
    [InlineData("e4e_dict", "legacy")]
    [InlineData("optimizer", "zip")]
    [InlineData("optimizer", "legacy")]
    [InlineData("anchors", "zip")]
    [InlineData("anchors", "legacy")]
    [InlineData("single_tensor", "zip")]
    [InlineData("single_tensor", "legacy")]
    [InlineData("listed", "zip")]
    [InlineData("listed", "legacy")]
    [InlineData("extras", "zip")]
    [InlineData("extras", "legacy")]
    [InlineData("cuda_location", "zip")]
    [InlineData("cuda_location", "legacy")]
    [InlineData("torch2_style", "zip")]
    public void A_file_holds_what_torch_saved(string name, string container)
    {
        using var expected = JsonDocument.Parse(File.ReadAllText(Shared.Golden("torch-checkpoints", "expected.json")));
        using var file = Checkpoint.OpenTorch(Shared.Golden("torch-checkpoints", $"{name}_{container}.pt"));

        Compare(expected.RootElement.GetProperty("contents").GetProperty(name), file.Root, new TensorLoader(), name);
    }

    [Theory]
    [InlineData("basic", "f32")]
    [InlineData("basic", "f64")]
    [InlineData("basic", "f16")]
    [InlineData("basic", "i64")]
    [InlineData("basic", "bool")]
    [InlineData("views", "transposed")]
    [InlineData("views", "strided")]
    [InlineData("views", "expanded")]
    [InlineData("views", "permuted")]
    [InlineData("views", "channels_last")]
    [InlineData("views", "half_view")]
    public void A_tensor_has_the_elements_that_numpy_wrote(string file, string name)
    {
        var expected = Npy.Read(Shared.Golden("torch-checkpoints", $"expected_{file}_{name}.npy"));

        var tensor = Checkpoint.ReadTensors(Shared.Golden("torch-checkpoints", $"{file}_zip.pt"))[name];

        Assert.Equal(expected.shape, tensor.shape);
        Assert.Equal(TensorTable.Bytes(expected), TensorTable.Bytes(tensor));
    }

    [Theory]
    [InlineData("zip")]
    [InlineData("legacy")]
    public void Views_of_one_storage_still_share_it(string container)
    {
        var tensors = Checkpoint.ReadTensors(Shared.Golden("torch-checkpoints", $"views_{container}.pt"));

        tensors["base"][3, 0] = 77;

        Assert.Equal(77, tensors["row"][0].item<float>());
        Assert.Equal(77, tensors["transposed"][0, 3].item<float>());
        Assert.NotEqual(77, tensors["channels_last"].max().item<float>());
    }

    [Fact]
    public void Nested_objects_give_dotted_names()
    {
        var optimizer = Checkpoint.ReadTensors(Shared.Golden("torch-checkpoints", "optimizer_zip.pt"));
        var list = Checkpoint.ReadTensors(Shared.Golden("torch-checkpoints", "listed_legacy.pt"));
        var single = Checkpoint.ReadTensors(Shared.Golden("torch-checkpoints", "single_tensor_legacy.pt"));

        Assert.Equal(
            ["model.bias", "model.weight", "optimizer.state.0.exp_avg", "optimizer.state.0.exp_avg_sq", "optimizer.state.0.step", "optimizer.state.1.exp_avg", "optimizer.state.1.exp_avg_sq", "optimizer.state.1.step"],
            optimizer.Keys.Order());
        Assert.Equal(["0", "1", "2.1"], list.Keys.Order());
        Assert.Equal([1, 10, 8], Assert.Single(single).Value.shape);
    }

    [Theory]
    [InlineData("official_alex_v0.1.pth", "alex", 5)]
    [InlineData("official_squeeze_v0.1.pth", "squeeze", 7)]
    [InlineData("official_vgg_v0.1.pth", "vgg", 5)]
    public void The_official_lpips_files_hold_the_published_layers(string file, string network, int layers)
    {
        var tensors = Checkpoint.ReadTensors(Shared.Golden("lpips", file));

        Assert.Equal(layers, tensors.Count);
        for (var i = 0; i < layers; i++)
            Near.Equal(Npy.Read(Shared.Golden("lpips", $"{network}_lin{i}.npy")).flatten(), tensors[$"lin{i}.model.1.weight"].flatten(), atol: 0);
    }

    [Theory]
    [InlineData("alex_random_backbone.pth", "features.0.weight", new long[] { 64, 3, 11, 11 })]
    [InlineData("squeeze_random_backbone.pth", "features.3.squeeze.weight", new long[] { 16, 64, 1, 1 })]
    public void A_torchvision_backbone_is_a_plain_state_dict(string file, string name, long[] shape)
    {
        Assert.Equal(shape, Checkpoint.ReadTensors(Shared.Golden("lpips", file))[name].shape);
    }

    private static void Compare(JsonElement expected, object? actual, TensorLoader loader, string at)
    {
        switch (expected.GetProperty("kind").GetString())
        {
            case "tensor":
                CompareTensor(expected, Assert.IsType<StoredTensor>(actual), loader, at);
                break;
            case "dict" or "OrderedDict" or "argparse.Namespace":
                CompareDict(expected, Assert.IsType<PickleDict>(actual), loader, at);
                break;
            case "list":
                CompareItems(expected, Assert.IsType<List<object?>>(actual), loader, at);
                break;
            case "tuple":
                CompareItems(expected, Assert.IsType<object?[]>(actual), loader, at);
                break;
            case "set":
                Assert.Equal(expected.GetProperty("items").EnumerateArray().Select(e => e.GetInt64()), Assert.IsType<HashSet<object>>(actual).Cast<long>().Order());
                break;
            case "int":
                var integer = BigInteger.Parse(expected.GetProperty("value").GetString()!, CultureInfo.InvariantCulture);
                Assert.Equal(integer >= long.MinValue && integer <= long.MaxValue ? (object)(long)integer : integer, actual);
                break;
            case "float" or "numpy.float64":
                Assert.Equal(expected.GetProperty("value").GetDouble(), Assert.IsType<double>(actual));
                break;
            case "bool":
                Assert.Equal(expected.GetProperty("value").GetBoolean(), Assert.IsType<bool>(actual));
                break;
            case "NoneType":
                Assert.Null(actual);
                break;
            case "str":
                Assert.Equal(expected.GetProperty("value").GetString(), actual);
                break;
            case "bytes":
                Assert.Equal(expected.GetProperty("hex").GetString(), Convert.ToHexStringLower(Assert.IsType<ByteWindow>(actual).ToArray()));
                break;
            case "torch.device" or "torch.dtype" or "pathlib.PurePosixPath":
                Assert.Equal(expected.GetProperty("text").GetString(), actual);
                break;
            case "torch.Size":
                Assert.Equal(expected.GetProperty("value").EnumerateArray().Select(e => (object)e.GetInt64()), Assert.IsType<object?[]>(actual));
                break;
            case "numpy.ndarray":
                var array = loader.Load(Assert.IsType<NumpyArray>(actual).Tensor!);
                Assert.Equal(expected.GetProperty("shape").EnumerateArray().Select(e => e.GetInt64()), array.shape);
                Assert.Equal(expected.GetProperty("values").EnumerateArray().Select(e => e.GetInt64()), array.flatten().data<long>().ToArray());
                break;
            case var kind:
                Assert.Fail($"{at}: the test does not know the kind {kind}");
                break;
        }
    }

    private static void CompareTensor(JsonElement expected, StoredTensor actual, TensorLoader loader, string at)
    {
        var tensor = loader.Load(actual);
        Assert.Equal(expected.GetProperty("dtype").GetString(), TensorTable.TypeName(tensor.dtype));
        Assert.Equal(expected.GetProperty("shape").EnumerateArray().Select(e => e.GetInt64()), tensor.shape);
        Assert.Equal(expected.GetProperty("stride").EnumerateArray().Select(e => e.GetInt64()), tensor.stride());
        Assert.Equal(expected.GetProperty("storage_offset").GetInt64(), actual.Offset);
        Assert.Equal(expected.GetProperty("requires_grad").GetBoolean(), actual.RequiresGrad);
        Assert.Equal(expected.GetProperty("parameter").GetBoolean(), actual.IsParameter);
        Assert.True(expected.GetProperty("c_order_le_hex").GetString() == Convert.ToHexStringLower(TensorTable.Bytes(tensor)), $"{at}: the elements differ");
    }

    private static void CompareDict(JsonElement expected, PickleDict actual, TensorLoader loader, string at)
    {
        var items = expected.GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(expected.GetProperty("kind").GetString()!.Replace("argparse.", ""), actual.Kind);
        Assert.Equal(items.Count, actual.Count);
        foreach (var (item, pair) in items.Zip(actual.Items))
        {
            var key = item[0].ValueKind == JsonValueKind.String ? item[0].GetString() : item[0].GetProperty("value").GetString();
            Assert.Equal(key, pair.Key.ToString());
            Compare(item[1], pair.Value, loader, $"{at}.{key}");
        }
    }

    private static void CompareItems(JsonElement expected, IReadOnlyList<object?> actual, TensorLoader loader, string at)
    {
        var items = expected.GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(items.Count, actual.Count);
        for (var i = 0; i < items.Count; i++)
            Compare(items[i], actual[i], loader, $"{at}.{i}");
    }
}
