using System.Buffers.Binary;
using WebStudio.Gpu.Faces.Networks;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Tests.Faces;

public sealed class FaceModelWeightsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("webstudio-weights").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private FaceModelWeights Read(string weights, byte[] data, string path = "m.bin")
    {
        File.WriteAllText(Path.Combine(_folder, "m-weights_manifest.json"), $$"""[{"weights":[{{weights}}],"paths":["{{path}}"]}]""");
        File.WriteAllBytes(Path.Combine(_folder, "m.bin"), data);
        return FaceModelWeights.Read(_folder, "m");
    }

    [Fact]
    public void Every_stored_type_is_restored()
    {
        using var scope = NewDisposeScope();
        var data = new byte[4 + 4 + 2 + 4 + 1];
        BinaryPrimitives.WriteSingleLittleEndian(data, 1.5f);
        BinaryPrimitives.WriteInt32LittleEndian(data.AsSpan(4), -7);
        (data[8], data[9]) = (0, 255);
        BinaryPrimitives.WriteUInt16LittleEndian(data.AsSpan(10), 1000);
        BinaryPrimitives.WriteUInt16LittleEndian(data.AsSpan(12), 65535);
        data[14] = 3;
        using var weights = Read(
            """
            {"name":"f","dtype":"float32","shape":[1]},
            {"name":"i","dtype":"int32","shape":[]},
            {"name":"q8","dtype":"float32","shape":[2],"quantization":{"dtype":"uint8","scale":0.5,"min":-10}},
            {"name":"q16","dtype":"float32","shape":[1,2],"quantization":{"dtype":"uint16","scale":0.001,"min":1}},
            {"name":"qi","dtype":"int32","shape":[],"quantization":{"dtype":"uint8","scale":1,"min":512}}
            """, data);
        Near.Equal(tensor((float[])[1.5f]), weights["f"], 0);
        Near.Equal(tensor(-7f), weights["i"], 0);
        Near.Equal(tensor((float[])[-10f, 117.5f]), weights["q8"], 0);
        Near.Equal(tensor((float[])[2f, 66.535f]).view(1, 2), weights["q16"], 1e-5);
        Near.Equal(tensor(515f), weights["qi"], 0);
    }

    [Theory]
    [InlineData("""{"name":"a","dtype":"float32","shape":[3]}""", 8, "needs 12 bytes")]
    [InlineData("""{"name":"a","dtype":"float32","shape":[1]}""", 8, "describes 4 bytes")]
    [InlineData("""{"name":"a","dtype":"float32","shape":[4000000000, 4000000000]}""", 8, "impossible shape")]
    [InlineData("""{"name":"a","dtype":"float32","shape":[-1]}""", 8, "impossible shape")]
    [InlineData("""{"name":"a","dtype":"string","shape":[2]}""", 8, "stored as string")]
    [InlineData("""{"name":"a","dtype":"float32","shape":[1]},{"name":"a","dtype":"float32","shape":[1]}""", 8, "occurs twice")]
    [InlineData("""{"name":"a","dtype":"float32"}""", 8, "no shape")]
    [InlineData("""{"name":"a" """, 8, "not JSON")]
    public void A_manifest_that_does_not_fit_its_files_is_refused(string weights, int bytes, string says)
    {
        var e = Assert.Throws<InvalidInputException>(() => Read(weights, new byte[bytes]));
        Assert.Contains(says, e.Message, StringComparison.Ordinal);
        Assert.Contains("'m'", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../m.bin")]
    [InlineData("/etc/hostname")]
    [InlineData("")]
    public void A_manifest_cannot_point_outside_its_folder(string path)
    {
        var e = Assert.Throws<InvalidInputException>(() => Read("""{"name":"a","dtype":"float32","shape":[1]}""", new byte[4], path));
        Assert.Contains("outside its folder", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_model_says_how_to_get_it()
    {
        var e = Assert.Throws<InvalidInputException>(() => FaceModelWeights.Read(_folder, "nothing"));
        Assert.Contains("npm", e.Message, StringComparison.Ordinal);
    }
}
