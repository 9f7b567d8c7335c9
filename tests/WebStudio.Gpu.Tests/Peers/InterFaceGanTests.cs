using WebStudio.Gpu.Peers;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Tests.Peers;

public sealed class InterFaceGanTests : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.safetensors");

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void A_planted_direction_is_found_with_its_sign()
    {
        using var scope = NewDisposeScope();
        var (codes, planted, values) = Faces(noise: 0.3);
        using var boundaries = InterFaceGan.FromSamples(["a", "b"], codes, values, new());
        for (var p = 0; p < 2; p++)
        {
            Assert.Equal(1, boundaries.Normals[p].norm().item<float>(), 1e-5);
            Assert.InRange(boundaries.Normals[p].dot(planted[p]).item<float>(), 0.97f, 1);
            Assert.InRange(boundaries.Accuracy[p], 0.95, 1);
        }
    }

    [Fact]
    public void An_attribute_that_the_codes_know_nothing_of_is_told_apart_by_chance_only()
    {
        using var scope = NewDisposeScope();
        var (codes, _, _) = Faces(0);
        using var boundaries = InterFaceGan.FromSamples(["a"], codes, randn([codes.shape[0], 1], generator: new Generator(9)), new());
        Assert.InRange(boundaries.Accuracy[0], 0.35, 0.65);
    }

    [Fact]
    public void Unknown_values_are_left_out_and_too_few_are_refused_by_name()
    {
        using var scope = NewDisposeScope();
        var (codes, planted, values) = Faces(0.1);
        values.narrow(0, 0, 300).fill_(double.NaN);
        using var boundaries = InterFaceGan.FromSamples(["a", "b"], codes, values, new());
        Assert.InRange(boundaries.Normals[0].dot(planted[0]).item<float>(), 0.97f, 1);
        values.narrow(0, 0, 950).fill_(double.NaN);
        Assert.Contains("'a'", Assert.Throws<InvalidInputException>(() => InterFaceGan.FromSamples(["a", "b"], codes, values, new())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Boundaries_come_back_from_their_file()
    {
        using var scope = NewDisposeScope();
        using var boundaries = new AttributeBoundaries(["yaw", "smile"], rand([2, 5]), [0.97, 0.8]);
        boundaries.Write(_file);
        using var back = AttributeBoundaries.Read(_file);
        Near.Equal(boundaries.Normals, back.Normals, 0);
        Assert.Equal(boundaries.Names, back.Names);
        Assert.Equal(boundaries.Accuracy, back.Accuracy);
        Assert.Null(back.Normal("age"));
    }

    private static (Tensor Codes, Tensor Planted, Tensor Values) Faces(double noise)
    {
        var codes = randn([1000, 12], generator: new Generator(1)) * 2 + 0.7;
        var planted = nn.functional.normalize(randn([2, 12], generator: new Generator(2)), dim: 1);
        return (codes, planted, codes.matmul(planted.t()) + noise * randn([1000, 2], generator: new Generator(3)));
    }
}
