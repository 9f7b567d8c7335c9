using System.Text;
using TorchSharp;
using WebStudio.Gpu.Checkpoints;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Tests.Checkpoints;

public sealed class SafetensorsTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose()
    {
        scope.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void Every_type_shape_and_layout_comes_back_bit_for_bit()
    {
        var written = new Dictionary<string, Tensor>();
        foreach (var type in new[] { ScalarType.Float64, ScalarType.Float32, ScalarType.Float16, ScalarType.BFloat16, ScalarType.Int64, ScalarType.Int32,
            ScalarType.Int16, ScalarType.Int8, ScalarType.Byte, ScalarType.Bool })
            written[$"of type {type}"] = arange(-5, 7).reshape(3, 4).to(type);
        written["0-d"] = tensor(2.5f);
        written["empty"] = zeros(3, 0, 2);
        written["transposed"] = rand(4, 6).t();
        written["channels last"] = rand(2, 4, 5, 3).permute(0, 3, 1, 2);
        written["a view with an offset"] = arange(20)[torch.TensorIndex.Slice(3, 17, 4)];
        written["learnt"] = rand(3, requires_grad: true);
        written["ünïcode \"quoted\""] = ones(1);

        SafetensorsFile.Write(folder["all.safetensors"], written, new Dictionary<string, string> { ["format"] = "pt", ["note"] = "ä\n\"" });
        var read = SafetensorsFile.Read(folder["all.safetensors"]);

        Assert.Equal("ä\n\"", read.Metadata["note"]);
        Assert.Equal(written.Keys.Order(), read.Tensors.Keys.Order());
        foreach (var (name, expected) in written)
        {
            Assert.Equal(expected.dtype, read.Tensors[name].dtype);
            Assert.Equal(expected.shape, read.Tensors[name].shape);
            Assert.True(expected.eq(read.Tensors[name]).all().item<bool>(), name);
        }
    }

    [Fact]
    public void The_bytes_are_those_the_format_prescribes()
    {
        SafetensorsFile.Write(folder["one.safetensors"], [new("b", tensor(new byte[] { 7 })), new("a", tensor([1f, -2f]))]);

        const string header = """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"U8","shape":[1],"data_offsets":[8,9]}}""";
        var padded = header.PadRight((header.Length + 7) / 8 * 8);
        byte[] expected = [(byte)padded.Length, 0, 0, 0, 0, 0, 0, 0, .. Encoding.UTF8.GetBytes(padded), 0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0, 7];
        Assert.Equal(expected, File.ReadAllBytes(folder["one.safetensors"]));
    }

    [Fact]
    public void The_built_in_generator_is_read_as_its_training_wrote_it()
    {
        var read = SafetensorsFile.Read(Path.Combine(AppContext.BaseDirectory, "models", "faces", "generator.safetensors"));

        Assert.Equal([32, 512], read.Tensors["synthesis.b128.conv0.affine.weight"].shape);
        Assert.All(read.Tensors.Values, t => Assert.True(t.isfinite().all().item<bool>()));
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 8, "a")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", 12, "'b' overlaps tensor 'a'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[12,20]}}""", 20, "bytes 8 to 12")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 9, "1 bytes after")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 7, "claims bytes 0 to 8 of 7")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}""", 8, "claims bytes -8")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", 8, "does not fill")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-2,-1],"data_offsets":[0,8]}}""", 8, "does not fill")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}""", 0, "does not fill")]
    [InlineData("""{"a":{"dtype":"F32","shape":[0,4611686018427387904,4611686018427387904],"data_offsets":[0,0]}}""", 0, "does not fill")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4611686018427387904],"data_offsets":[0,9223372036854775807]}}""", 8, "claims bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,8]}}""", 8, "64-bit")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2.5],"data_offsets":[0,8]}}""", 8, "64-bit")]
    [InlineData("""{"a":{"dtype":"C128","shape":[2],"data_offsets":[0,8]}}""", 8, "dtype C128; accepted are F64")]
    [InlineData("""{"a":{"shape":[2],"data_offsets":[0,8]}}""", 8, "'a'")]
    [InlineData("""{"a":{"dtype":"F32","data_offsets":[0,8]}}""", 8, "no list shape")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0]}}""", 8, "not two numbers")]
    [InlineData("""{"a":{"dtype":"BOOL","shape":[2],"data_offsets":[0,2]}}""", 2, "tensor 'a': a boolean is neither 0 nor 1")]
    [InlineData("""{"a":[1]}""", 0, "'a'")]
    [InlineData("""{"__metadata__":{"x":1}}""", 0, "metadata 'x'")]
    [InlineData("""{"__metadata__":[]}""", 0, "__metadata__")]
    [InlineData("""[[[[[[[[[[[[1]]]]]]]]]]]]""", 0, "not valid JSON")]
    [InlineData("""[1, 2, 3, 4]""", 0, "not a JSON object")]
    [InlineData("""{"a": nonsense""", 0, "not valid JSON")]
    public void A_false_header_is_refused_by_file_and_tensor(string header, int dataLength, string says)
    {
        var json = Encoding.UTF8.GetBytes(header);
        File.WriteAllBytes(folder["bad.safetensors"], [.. BitConverter.GetBytes((long)json.Length), .. json, .. Enumerable.Repeat((byte)0x55, dataLength)]);

        var error = Assert.Throws<CheckpointException>(() => SafetensorsFile.Read(folder["bad.safetensors"]));

        Assert.Contains("bad.safetensors", error.Message);
        Assert.Contains(says, error.Message);
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(-1)]
    [InlineData(1000)]
    public void A_header_longer_than_the_file_is_refused_before_memory_is_taken(long claimed)
    {
        File.WriteAllBytes(folder["bad.safetensors"], [.. BitConverter.GetBytes(claimed), .. "{}      "u8]);
        Assert.Contains("the header claims", Assert.Throws<CheckpointException>(() => SafetensorsFile.Read(folder["bad.safetensors"])).Message);
    }

    [Fact]
    public void A_missing_file_an_empty_file_and_a_folder_say_so()
    {
        File.WriteAllBytes(folder["empty"], []);
        Assert.Contains("does not exist", Assert.Throws<CheckpointException>(() => SafetensorsFile.Read(folder["none"])).Message);
        Assert.Contains("too few", Assert.Throws<CheckpointException>(() => SafetensorsFile.Read(folder["empty"])).Message);
        Assert.Contains("is a folder", Assert.Throws<CheckpointException>(() => SafetensorsFile.Read(folder.Root)).Message);
    }

    [Fact]
    public void Two_tensors_of_one_name_are_a_programming_error_and_write_nothing()
    {
        Assert.Throws<ArgumentException>(() => SafetensorsFile.Write(folder["twice"], [new("a", ones(1)), new("a", ones(1))]));
        Assert.Empty(Directory.GetFileSystemEntries(folder.Root));
    }
}
