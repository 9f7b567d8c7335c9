using WebStudio.Gpu.Latents;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Tests.Latents;

public class AnchorsTests
{
    [Fact]
    public void MyStyles_codes_with_equal_layers_become_W_and_others_are_refused_by_name()
    {
        using var scope = NewDisposeScope();
        var stored = MyStyleGolden.Read("run", "anchors"); // [4, 10, 96]
        string[] photos = ["a.png", "b.png", "c.png", "d.png"];
        var anchors = Anchors.FromWPlus(stored, photos);
        Near.Equal(stored.select(1, 0), anchors.Codes, 0);
        stored[2, 7, 5].add_(1e-3);
        Assert.Contains("'c.png'", Assert.Throws<InvalidInputException>(() => Anchors.FromWPlus(stored, photos)).Message);
    }

    [Fact]
    public void Names_and_codes_must_agree()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<ArgumentException>(() => new Anchors(zeros(2, 4), ["a"]));
        Assert.Throws<ArgumentException>(() => new Anchors(zeros(2, 4), ["a", "a"]));
    }
}
