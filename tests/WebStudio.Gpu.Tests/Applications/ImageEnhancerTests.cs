using WebStudio.Gpu.Applications;
using WebStudio.Gpu.Imaging;
using WebStudio.Gpu.Latents;
using WebStudio.Gpu.Personalization;
using WebStudio.Gpu.Tests.Personalization;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Tests.Applications;

/// <summary>A small random generator; what was damaged is a picture of its own, so that the truth is known.</summary>
[Collection(AloneCollection.Name)]
public sealed class ImageEnhancerTests : IDisposable
{
    private const int Size = 32;
    private readonly PersonalizedModel _model = SliderModel.Make();
    private readonly PooledPixelDistance _distance = new();

    public void Dispose()
    {
        _model.Dispose();
        _distance.Dispose();
    }

    [Theory]
    [InlineData("hole")]
    [InlineData("small")]
    [InlineData("blurred")]
    [InlineData("gray")]
    [InlineData("jpeg")]
    public void What_was_lost_comes_back_nearer_to_the_truth_than_the_mean_face_and_than_what_was_left(string kind)
    {
        using var scope = NewDisposeScope();
        var truth = Truth(out _);
        var degradation = Of(kind);
        var observed = degradation.Apply(truth);
        using var found = Enhancer(new()).Enhance(observed, ones([1, 1, Size, Size]), degradation, []);
        double Error(Tensor picture) => (picture.clamp(-1, 1) - truth).square().mean().item<float>();
        Assert.True(Error(found.Picture) < 0.35 * Error(_model.Generator.Render(_model.Mean.unsqueeze(0))), $"{Error(found.Picture)} against {Error(_model.Generator.Render(_model.Mean.unsqueeze(0)))}");
        if (kind != "jpeg") // a good JPEG loses next to nothing of a smooth picture
            Assert.True(Error(found.Picture) < Error(observed), $"{Error(found.Picture)} against {Error(observed)}");
        Near.Equal(_model.Hull.Codes(found.Weights), found.Code, 1e-4);
    }

    [Fact]
    public void Known_luma_of_a_gray_photo_and_known_means_of_a_small_one_are_put_back()
    {
        using var scope = NewDisposeScope();
        var truth = Truth(out _);
        foreach (var (degradation, within) in new (Degradation, double)[] { (new Colourless(), 0.02), (new LowResolution(4), 0.02) })
        {
            var observed = degradation.Apply(truth);
            var off = truth * 0.6 + 0.1;
            var restored = degradation.Restore(off, observed);
            Assert.True((degradation.Apply(restored) - observed).abs().mean().item<float>() < within);
            Assert.True((degradation.Apply(off) - observed).abs().mean().item<float>() > within);
        }
    }

    [Fact]
    public void Wanted_attributes_pull_the_coordinate_where_the_photo_does_not_decide()
    {
        using var scope = NewDisposeScope();
        var truth = Truth(out _);
        var degradation = Of("hole");
        var observed = degradation.Apply(truth);
        var box = Hypercube.Of((_model.Anchors - _model.Mean).matmul(_model.Directions.t()));
        double Coordinate(double share)
        {
            using var found = Enhancer(new() { Lambda = 3, Projection = new() { Steps = 600, LearningRate = 0.02, Patience = 100 } }).Enhance(observed, ones([1, 1, Size, Size]), degradation, [new(1, box.FromUnit(1, share))]);
            return box.ToUnit(1, (found.Code - _model.Mean).matmul(_model.Directions[1]).item<float>());
        }
        var (low, high) = (Coordinate(0.1), Coordinate(0.9));
        Assert.InRange(low, 0, 0.3);
        Assert.InRange(high, 0.7, 1);
    }

    [Fact]
    public void A_damaged_photo_says_what_is_wrong_with_its_description()
    {
        var face = RgbImage.FromTensor(Truth(out _)[0]);
        string Says(DamageDescription damage) => Assert.Throws<InvalidInputException>(() => DamagedPhoto.Aligned(face, "me.png", damage, Size)).Message;
        Assert.Contains("a mask", Says(new(Damage.Missing)), StringComparison.Ordinal);
        Assert.Contains("marks nothing", Says(new(Damage.Missing, 0, new bool[Size * Size])), StringComparison.Ordinal);
        Assert.Contains("Nothing of the face", Says(new(Damage.Missing, 0, [.. Enumerable.Repeat(true, Size * Size)])).Replace("leaves nothing of the photo", "Nothing of the face", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("2 to 16", Says(new(Damage.Small, 40)), StringComparison.Ordinal);
        Assert.Contains("32 pixels", Says(new(Damage.Small)), StringComparison.Ordinal);
        Assert.Contains("1 to 100", Says(new(Damage.Compressed, 0)), StringComparison.Ordinal);
        Assert.Contains("blur", Says(new(Damage.Blurred, 0.01)), StringComparison.Ordinal);
        Assert.Contains("square", Assert.Throws<InvalidInputException>(() => DamagedPhoto.Aligned(face.Crop(0, 0, 20, 30), "me.png", new(Damage.Colourless), Size)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_a_photo_with_a_hole_only_the_hole_is_new_and_a_small_one_comes_back_large()
    {
        using var scope = NewDisposeScope();
        var face = RgbImage.FromTensor(Truth(out _)[0]);
        bool[] missing = [.. Enumerable.Range(0, Size * Size).Select(i => i % Size is > 8 and < 20 && i / Size is > 10 and < 22)];
        using var holed = DamagedPhoto.Aligned(face, "me.png", new(Damage.Missing, 0, missing), Size);
        var restored = rand([1, 3, Size, Size], generator: new Generator(8)) * 2 - 1;
        foreach (var picture in (RgbImage[])[holed.Face(restored), holed.Whole(restored)])
            for (var i = 0; i < missing.Length; i++)
                if (!missing[i])
                    Assert.Equal(face.Pixels[(3 * i)..(3 * i + 3)], picture.Pixels[(3 * i)..(3 * i + 3)]);
        using var small = DamagedPhoto.Aligned(face.Resize(8, 8), "me.png", new(Damage.Small), Size);
        Assert.Equal(4, Assert.IsType<LowResolution>(small.Degradation).Factor, 1e-6);
        Assert.Equal((32, 32), (small.Whole(restored).Width, small.Whole(restored).Height));
    }

    private ImageEnhancer Enhancer(ImageEnhancerOptions options) => new(_model, _distance, options);

    private Tensor Truth(out Tensor code)
    {
        using var noGrad = no_grad();
        code = tensor((float[])[0, 0.5f, 0, 0.3f, 0, 0, 0.2f, 0, 0]).matmul(_model.Anchors).unsqueeze(0);
        return _model.Generator.Render(code).clamp(-1, 1);
    }

    private static Degradation Of(string kind)
    {
        var visible = ones([1, 1, Size, Size]);
        visible.narrow(2, 12, 12).narrow(3, 10, 12).fill_(0);
        return kind switch
        {
            "hole" => new MissingPart(visible, zeros([1, 3, Size, Size])),
            "small" => new LowResolution(4),
            "blurred" => new Blurred(2),
            "gray" => new Colourless(),
            _ => new Compressed(20),
        };
    }
}
