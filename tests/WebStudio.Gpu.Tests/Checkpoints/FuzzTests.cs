using WebStudio.Gpu.Checkpoints;
using WebStudio.Gpu.Checkpoints.Torch;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Tests.Checkpoints;

/// <summary>Good files, cut and flipped: reading ends in a value or in a CheckpointException, in nothing else, and never in large memory.</summary>
public sealed class FuzzTests : IDisposable
{
    private readonly TempFolder folder = new();
    private int refused;

    public void Dispose() => folder.Dispose();

    /// <summary>Steps are primes that give some hundreds of tries a file (an exception costs a millisecond); every offset was tried once when this was written.</summary>
    public static TheoryData<string, string, int> Files => new()
    {
        { "torch-checkpoints", "views_zip.pt", 13 },
        { "torch-checkpoints", "basic_legacy.pt", 11 },
        { "torch-checkpoints", "e4e_namespace_legacy.pt", 11 },
        { "torch-checkpoints", "extras_zip.pt", 5 },
        { "rosinality", "a64_rosinality_zip.pt", 30011 },
        { "stylegan2-ada/b32", "b32.pkl", 30011 },
        { "mystyle", "mystyle_model.pt", 30011 },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public void A_file_cut_anywhere_is_refused(string set, string file, int step)
    {
        var bytes = File.ReadAllBytes(Shared.Golden(set, file));
        for (var length = 0; length < bytes.Length; length += step)
            Try(bytes.AsSpan(0, length), $"cut to {length}");

        // The last bytes of the older container are elements, so every cut must be noticed; a ZIP archive ends in its table of contents.
        Assert.Equal((bytes.Length + step - 1) / step, refused);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void A_file_with_a_wrong_byte_is_read_or_refused(string set, string file, int step)
    {
        var bytes = File.ReadAllBytes(Shared.Golden(set, file));
        var random = new Random(5);
        for (var at = 0; at < bytes.Length; at += step)
        {
            var good = bytes[at];
            bytes[at] = (byte)(random.Next(2) == 0 ? good ^ (1 << random.Next(8)) : random.Next(256));
            Try(bytes, $"byte {at} is {bytes[at]}");
            bytes[at] = good;
        }
    }

    [Fact]
    public void A_pickle_with_wrong_bytes_in_its_instructions_is_read_or_refused()
    {
        // The first 5000 bytes of the network pickle hold its instructions up to the first large tensor.
        var bytes = File.ReadAllBytes(Shared.Golden("stylegan2-ada", "b32", "b32.pkl")).AsSpan(0, 120_000).ToArray();
        var random = new Random(6);
        for (var round = 0; round < 300; round++)
        {
            var broken = (byte[])bytes.Clone();
            for (var i = random.Next(1, 4); i > 0; i--)
                broken[random.Next(5000)] = (byte)random.Next(256);
            Try(broken, $"round {round}");
        }
    }

    [Fact]
    public void Safetensors_cut_or_flipped_are_read_or_refused()
    {
        using (NewDisposeScope())
            SafetensorsFile.Write(folder["good"], [new("weight", rand(3, 4)), new("flags", ones(5, dtype: ScalarType.Bool)), new("empty", zeros(0, 2))], new Dictionary<string, string> { ["format"] = "pt" });
        var bytes = File.ReadAllBytes(folder["good"]);
        var random = new Random(7);
        for (var length = 0; length < bytes.Length; length += 3)
            Try(bytes.AsSpan(0, length), $"cut to {length}");
        Assert.Equal((bytes.Length + 2) / 3, refused);
        for (var round = 0; round < 500; round++)
        {
            var broken = (byte[])bytes.Clone();
            for (var i = random.Next(1, 3); i > 0; i--)
                broken[random.Next(broken.Length)] = (byte)random.Next(256);
            Try(broken, $"round {round}");
        }
    }

    private void Try(ReadOnlySpan<byte> content, string what)
    {
        var path = folder["fuzz"];
        File.WriteAllBytes(path, content);
        var length = content.Length;
        // What is read into tensors is less than the file, however often views repeat it.
        if (!Reads(() => Assert.True(BytesToRead(path) <= length, $"{what}: more elements than the file has bytes"), length, what))
            refused++;
        else if (Reads(() => Checkpoint.ReadTensors(path), length, what))
            Reads(() => GeneratorCheckpoint.Read(path), length, what);
    }

    private static bool Reads(Action read, long length, string what)
    {
        using var scope = NewDisposeScope();
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            read();
            return true;
        }
        catch (CheckpointException)
        {
            return false;
        }
        catch (Exception error) when (error is not Xunit.Sdk.IAssertionException)
        {
            Assert.Fail($"{what}: {error}");
            return false;
        }
        finally
        {
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(allocated < 1_000_000 + 64 * length, $"{what}: {allocated} bytes allocated");
        }
    }

    private static long BytesToRead(string path)
    {
        if (Checkpoint.IsSafetensors(path))
            return SafetensorsFile.Read(path).Tensors.Values.Sum(tensor => tensor.numel() * tensor.element_size());
        using var file = Checkpoint.OpenTorch(path);
        return StateDict.Flatten(file.Root, file.File.Length).Values.Select(tensor => tensor.Storage).Distinct().Sum(storage => storage.Bytes.Length);
    }
}
