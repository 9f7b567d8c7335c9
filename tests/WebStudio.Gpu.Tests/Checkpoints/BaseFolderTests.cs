using System.Text;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Gpu.Execution;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Tests.Checkpoints;

public sealed class BaseFolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("webstudio-base-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_folder_of_the_prototype_renders_what_the_official_code_rendered()
    {
        using var scope = NewDisposeScope();
        var reference = SafetensorsFile.Read(Shared.Path("base", "reference.safetensors")).Tensors;
        var folder = Path.Combine(_folder, "prototype");
        BaseFolder.Write(folder, BaseDescription.Of("prototype", BaseFolder.Open(BaseFolder.BuiltIn).Description.ToConfig(), "gaussian"), SafetensorsFile.Read(Shared.Path("base", "generator.safetensors")).Tensors);
        using var generator = BaseFolder.Open(folder).LoadGenerator(ComputeContext.Cpu);

        Near.Equal(reference["img"], generator.Render(reference["w"]), atol: 2e-5);
    }

    [Fact]
    public void A_written_folder_reads_back_with_equal_shape_and_weights()
    {
        using var scope = NewDisposeScope();
        var builtIn = BaseFolder.Open(BaseFolder.BuiltIn);
        var tensors = builtIn.ReadGenerator();
        var config = builtIn.Description.ToConfig();
        var copy = Path.Combine(_folder, "copy");
        var description = BaseDescription.Of("copy", config, "gaussian") with { Encoder = new() { File = BaseFolder.EncoderFile, Architecture = "residual-pca-64" } };
        BaseFolder.Write(copy, description, tensors, builtIn.ReadEncoder());

        var read = BaseFolder.Open(copy);
        Assert.Equal(config.Channels.OrderBy(c => c.Key), read.Description.ToConfig().Channels.OrderBy(c => c.Key));
        Assert.Equal(config.NumWs, read.Description.ToConfig().NumWs);
        Assert.Equal(builtIn.ReadEncoder()!.Keys.Order(), read.ReadEncoder()!.Keys.Order());
        var again = read.ReadGenerator();
        Assert.Empty(tensors.Keys.Except(again.Keys));
        foreach (var (name, tensor) in tensors)
            Assert.True(tensor.Equals(again[name]), name);
        Assert.Equal(["base.json", "encoder.safetensors", "generator.safetensors"], Directory.GetFiles(copy).Select(Path.GetFileName).Order());
    }

    [Theory]
    [InlineData("", "base.json does not describe a base model")]
    [InlineData("[]", "base.json does not describe a base model")]
    [InlineData("null", "format ; 1 is read")]
    [InlineData("""{ "format": 1, "name": "x" }""", "generator")]
    [InlineData("""{ "format": 1, "name": "x", "generator": null }""", "generator")]
    [InlineData("""{ "format": 2, "name": "x", "generator": { "file": "g", "img_resolution": 128 } }""", "format 2; 1 is read")]
    [InlineData("""{ "format": 1, "name": "x", "generator": { "file": "../g.safetensors", "img_resolution": 128 } }""", "'../g.safetensors'; a plain file name")]
    [InlineData("""{ "format": 1, "name": "x", "generator": { "file": "/etc/passwd", "img_resolution": 128 } }""", "a plain file name")]
    [InlineData("""{ "format": 1, "name": "x", "generator": { "file": "g", "img_resolution": 128 } }""", "gives neither channels nor")]
    [InlineData("""{ "format": 1, "name": "x", "generator": { "file": "g", "img_resolution": 128, "channels": { "four": 512 } } }""", "'four'")]
    [InlineData("""{ "format": 1, "name": "x", "generator": { "file": "g", "img_resolution": "big" } }""", "img_resolution")]
    public void A_description_that_cannot_be_used_is_refused_by_name(string json, string says)
    {
        File.WriteAllText(Path.Combine(_folder, "base.json"), json, new UTF8Encoding(false));
        var refusal = Assert.Throws<InvalidInputException>(() => BaseFolder.Open(_folder).Description.ToConfig());
        Assert.Contains(says, refusal.Message);
    }

    [Fact]
    public void Missing_pieces_are_named()
    {
        Assert.Contains("there is no base.json", Assert.Throws<InvalidInputException>(() => BaseFolder.Open(Path.Combine(_folder, "nowhere"))).Message);
        File.Copy(Path.Combine(BaseFolder.BuiltIn, "base.json"), Path.Combine(_folder, "base.json"));
        Assert.Contains("generator.safetensors", Assert.ThrowsAny<InvalidInputException>(() => BaseFolder.Open(_folder).LoadGenerator(ComputeContext.Cpu)).Message);
    }

    [Fact]
    public void A_folder_that_fails_half_way_leaves_nothing_behind()
    {
        var place = Path.Combine(_folder, "model");
        Assert.Throws<FileNotWrittenException>(() => AtomicFolder.Write(place, beside =>
        {
            File.WriteAllText(Path.Combine(beside, "first"), "written");
            throw new IOException("No space left on device");
        }));
        Assert.Throws<OperationCanceledException>(() => AtomicFolder.Write(place, _ => throw new OperationCanceledException()));
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void A_folder_with_something_in_it_is_never_replaced()
    {
        File.WriteAllText(Path.Combine(_folder, "precious"), "work");
        Assert.Contains("is not empty", Assert.Throws<InvalidInputException>(() => AtomicFolder.Write(_folder, _ => { })).Message);
        Assert.Contains("is a file", Assert.Throws<InvalidInputException>(() => AtomicFolder.Write(Path.Combine(_folder, "precious"), _ => { })).Message);
        Assert.Equal("work", File.ReadAllText(Path.Combine(_folder, "precious")));

        var empty = Directory.CreateDirectory(Path.Combine(_folder, "empty")).FullName;
        AtomicFolder.Write(empty + "/", beside => File.WriteAllText(Path.Combine(beside, "first"), "written"));
        Assert.True(File.Exists(Path.Combine(empty, "first")));
    }

    [Fact]
    public void A_generator_whose_file_lost_a_tensor_is_refused()
    {
        using var scope = NewDisposeScope();
        var builtIn = BaseFolder.Open(BaseFolder.BuiltIn);
        var tensors = builtIn.ReadGenerator().Where(t => t.Key != "synthesis.b8.conv0.weight").ToDictionary();
        var copy = Path.Combine(_folder, "copy");
        BaseFolder.Write(copy, BaseDescription.Of("copy", builtIn.Description.ToConfig(), "gaussian"), tensors);
        Assert.Contains("synthesis.b8.conv0.weight", Assert.Throws<InvalidInputException>(() => BaseFolder.Open(copy).LoadGenerator(ComputeContext.Cpu)).Message);
    }
}
