using System.Text.Json;
using TorchSharp;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Gpu.Execution;
using WebStudio.Gpu.Perceptual;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Tests.Perceptual;

public class LpipsTests
{
    public static TheoryData<string> Networks => new("alex", "squeeze", "vgg");

    [Theory]
    [MemberData(nameof(Networks))]
    public void Distances_and_layers_agree_with_the_official_code(string network)
    {
        using var scope = NewDisposeScope();
        using var lpips = Load(network, ComputeContext.Cpu);
        Assert.Equal($"lpips-{network}", lpips.Name);
        using var golden = JsonDocument.Parse(File.ReadAllText(Shared.Golden("lpips", "distances.json")));
        foreach (var result in golden.RootElement.GetProperty(network).GetProperty("results").EnumerateArray())
        {
            var pair = result.GetProperty("pair").GetInt32();
            var (a, b) = (Image(pair, "a"), Image(pair, "b"));
            using var target = lpips.Prepare(b);
            // Against float64; the official float32 run itself is up to 3e-6 away, relatively.
            AssertClose(result.GetProperty("distance_float64"), lpips.Distance(a, target));
            var layers = lpips.LayerDistances(a, target);
            var expected = result.GetProperty("per_layer_float64").EnumerateArray().ToArray();
            Assert.Equal(expected.Length, layers.Length);
            foreach (var (value, layer) in expected.Zip(layers))
                AssertClose(value, layer);
            using var swapped = lpips.Prepare(a);
            AssertClose(result.GetProperty("distance_float64"), lpips.Distance(b, swapped));
            Assert.Equal(0, lpips.Distance(a, swapped).item<float>());
        }

        static void AssertClose(JsonElement expected, Tensor actual) =>
            Near.Equal(tensor((double[])[expected.GetDouble()]), actual, atol: 1e-8, rtol: 1e-5);
    }

    // The manifest's tolerances; the gradient of the VGG pair is not among the goldens.
    [Theory]
    [InlineData("alex", 2.8e-7)]
    [InlineData("squeeze", 2.4e-6)]
    public void Gradients_agree_with_the_official_code(string network, double atol)
    {
        using var scope = NewDisposeScope();
        using var lpips = Load(network, ComputeContext.Cpu);
        var image = Image(0, "a").requires_grad_(true);
        using var target = lpips.Prepare(Image(0, "b"));
        lpips.Distance(image, target).sum().backward();
        Near.Equal(Npy.Read(Shared.Golden("lpips", $"{network}_grad_pair0_a.npy")), image.grad!, atol, rtol: 0.01);
    }

    [Fact]
    public void A_batch_gives_the_distance_of_each_picture_to_its_own_target()
    {
        using var scope = NewDisposeScope();
        using var lpips = Load("alex", ComputeContext.Cpu);
        var pictures = cat([Image(1, "a"), Image(2, "a"), Image(1, "b")], 0);
        var originals = cat([Image(1, "b"), Image(2, "b"), Image(1, "b")], 0);
        // More than are prepared at once.
        using var all = lpips.Prepare(originals.repeat(4, 1, 1, 1));
        using var target = all.Select(tensor((long[])[9, 10, 11]));
        var distances = lpips.Distance(pictures, target);
        using var golden = JsonDocument.Parse(File.ReadAllText(Shared.Golden("lpips", "distances.json")));
        var expected = golden.RootElement.GetProperty("alex").GetProperty("results").EnumerateArray().Select(r => r.GetProperty("distance").GetDouble()).ToArray();
        Near.Equal(tensor((double[])[expected[1], expected[2], 0]), distances, atol: 1e-8, rtol: 1e-5);
    }

    [Fact]
    public void Pixels_where_no_unit_is_active_do_not_spoil_the_gradient()
    {
        using var scope = NewDisposeScope();
        var backbone = Backbone("alex");
        backbone["features.0.bias"].fill_(-1000f);
        using var lpips = new Lpips(backbone, Linear("alex"), ComputeContext.Cpu);
        var image = Image(0, "a").requires_grad_(true);
        using var target = lpips.Prepare(Image(0, "b"));
        lpips.Distance(image, target).sum().backward();
        Assert.True(image.grad!.isfinite().all().item<bool>());
    }

    [Fact]
    public void Bfloat16_stays_near_and_equal_pictures_stay_at_zero()
    {
        using var scope = NewDisposeScope();
        using var exact = Load("alex", ComputeContext.Cpu);
        using var fast = Load("alex", ComputeContext.Cpu with { Precision = ScalarType.BFloat16 });
        using var target = exact.Prepare(Image(2, "b"));
        using var fastTarget = fast.Prepare(Image(2, "b"));
        Near.Equal(exact.Distance(Image(2, "a"), target), fast.Distance(Image(2, "a"), fastTarget), atol: 0, rtol: 0.03);
        Assert.Equal(0, fast.Distance(Image(2, "b"), fastTarget).item<float>());
    }

    [Fact]
    public void Files_that_do_not_fit_are_refused_by_name()
    {
        using var scope = NewDisposeScope();
        var (backbone, linear) = (Backbone("alex"), Linear("alex"));
        Assert.Contains("AlexNet, SqueezeNet 1.1 and VGG-16", Refusal(linear, linear));
        var narrow = new Dictionary<string, Tensor>(linear) { ["lin0.model.1.weight"] = zeros(1, 63, 1, 1) };
        Assert.Contains("linear weights of LPIPS for Alex: lin0.model.1.weight is [1, 63, 1, 1]; expected [1, 64, 1, 1]", Refusal(backbone, narrow));
        Assert.Contains("for Squeeze: lin1.model.1.weight is [1, 192, 1, 1]; expected [1, 128, 1, 1]", Refusal(Backbone("squeeze"), linear));
        backbone.Remove("features.8.bias");
        Assert.Contains("AlexNet: the tensor features.8.bias is missing", Refusal(backbone, linear));

        static string Refusal(IReadOnlyDictionary<string, Tensor> backbone, IReadOnlyDictionary<string, Tensor> linear) =>
            Assert.Throws<InvalidInputException>(() => new Lpips(backbone, linear, ComputeContext.Cpu)).Message;
    }

    [Fact]
    public void A_hundred_steps_leave_no_tensor_behind()
    {
        using var lpips = Load("squeeze", ComputeContext.Cpu);
        using var image = randn(2, 3, 32, 32).requires_grad_(true);
        using var target = lpips.Prepare(image.detach());
        Step();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (var i = 0; i < 100; i++)
            Step();
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);

        void Step()
        {
            using var scope = NewDisposeScope();
            lpips.Distance(image * 0.9, target).sum().backward();
            image.grad = null;
        }
    }

    [Fact]
    public void Both_files_are_read()
    {
        using var lpips = Lpips.Read(Shared.Golden("lpips", "squeeze_random_backbone.pth"), Shared.Golden("lpips", "official_squeeze_v0.1.pth"), ComputeContext.Cpu);
        Assert.Equal(LpipsNetwork.Squeeze, lpips.Network);
    }

    private static Lpips Load(string network, ComputeContext context)
    {
        using var scope = NewDisposeScope();
        return new Lpips(Backbone(network), Linear(network), context);
    }

    private static Tensor Image(int pair, string which) => Npy.Read(Shared.Golden("lpips", $"pair{pair}_{which}.npy"));

    private static Dictionary<string, Tensor> Linear(string network) =>
        Checkpoint.ReadTensors(Shared.Golden("lpips", $"official_{network}_v0.1.pth")).ToDictionary();

    private static Dictionary<string, Tensor> Backbone(string network) =>
        network == "vgg" ? RandomVgg() : Checkpoint.ReadTensors(Shared.Golden("lpips", $"{network}_random_backbone.pth")).ToDictionary();

    /// <summary>The goldens' VGG backbone (58 MB) comes as a recipe: element k of a tensor is splitmix64(seed, k) scaled to ±bound.</summary>
    private static Dictionary<string, Tensor> RandomVgg()
    {
        using var recipe = JsonDocument.Parse(File.ReadAllText(Shared.Golden("lpips", "vgg_backbone_recipe.json")));
        var tensors = new Dictionary<string, Tensor>();
        foreach (var entry in recipe.RootElement.GetProperty("tensors").EnumerateArray())
        {
            var shape = entry.GetProperty("shape").EnumerateArray().Select(s => s.GetInt64()).ToArray();
            var (seed, bound) = (entry.GetProperty("seed").GetUInt64(), entry.GetProperty("bound").GetDouble());
            var values = new float[shape.Aggregate((a, b) => a * b)];
            for (var k = 0; k < values.Length; k++)
            {
                var z = seed + ((ulong)k + 1) * 0x9E3779B97F4A7C15;
                z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
                z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
                z ^= z >> 31;
                values[k] = (float)((2 * ((z >> 40) / 16777216.0) - 1) * bound);
            }
            Assert.Equal(entry.GetProperty("first").EnumerateArray().Select(v => v.GetSingle()), values.Take(entry.GetProperty("first").GetArrayLength()));
            tensors[entry.GetProperty("name").GetString()!] = tensor(values).view(shape);
        }
        return tensors;
    }
}
