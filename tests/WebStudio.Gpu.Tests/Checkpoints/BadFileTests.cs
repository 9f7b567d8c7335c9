using TorchSharp;
using WebStudio.Gpu.Checkpoints;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Tests.Checkpoints;

public sealed class BadFileTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Theory]
    [InlineData("evil_os_system_zip.pt", "os.system")]
    [InlineData("evil_builtins_eval_legacy.pt", "builtins.eval")]
    [InlineData("evil_nvidia_style.pkl", "posix.system")]
    [InlineData("evil_nested_load_from_bytes.pkl", "os.system")]
    [InlineData("truncated_zip.pt", "cut short")]
    [InlineData("truncated_zip_tail.pt", "cut short")]
    [InlineData("truncated_legacy.pt", "bytes are claimed")]
    [InlineData("truncated_legacy_pickle.pt", "end in the middle (at byte 400)")]
    [InlineData("short_storage_zip.pt", "claims 100 elements")]
    [InlineData("short_storage_legacy.pt", "said to hold 100 elements, its data say 37")]
    [InlineData("view_out_of_range_zip.pt", "reaches beyond storage '0' of 16 elements")]
    [InlineData("stride_out_of_range_zip.pt", "reaches beyond storage '0'")]
    [InlineData("absurd_size_zip.pt", "claims 1152921504606846976 elements")]
    [InlineData("absurd_size_legacy.pt", "its data say 4611686018427387904")]
    [InlineData("absurd_expanded_zip.pt", "claims the shape [8589934592, 8589934592]")]
    [InlineData("negative_size_zip.pt", "claims the shape")]
    [InlineData("negative_offset_zip.pt", "offset -2")]
    [InlineData("missing_record_zip.pt", "no record data/missing")]
    [InlineData("wrong_argument_types_zip.pt", "rebuilt from (a text")]
    [InlineData("deep_nesting_zip.pt", "nested more than")]
    [InlineData("deflate_bomb_zip.pt", "is compressed")]
    [InlineData("not_a_checkpoint.pt", "is not a checkpoint")]
    [InlineData("empty_file.pt", "is empty")]
    [InlineData("stack_underflow.pkl", "taken from a stack of 0 (at byte 2)")]
    [InlineData("bad_memo.pkl", "memo entry 99 was never set (at byte 2)")]
    [InlineData("huge_binunicode.pkl", "4611686018427387904 bytes are claimed")]
    public void A_bad_file_is_refused_by_name_and_cause_without_large_memory(string file, string says)
    {
        var path = Shared.Golden("torch-checkpoints", "bad", file);
        foreach (var read in new Action[] { () => Checkpoint.ReadTensors(path), () => GeneratorCheckpoint.Read(path), () => EncoderCheckpoint.Read(path) })
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var error = Assert.Throws<CheckpointException>(read);
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

            Assert.Contains(file, error.Message);
            // The encoder reader, which does not walk lists, says that there is no encoder in them.
            Assert.True(error.Message.Contains(says, StringComparison.Ordinal) || error.Message.Contains("not an encoder", StringComparison.Ordinal), error.Message);
            // Objects of a few tens of bytes per byte of the file, beside half a megabyte of buffers and messages.
            Assert.InRange(allocated, 0, 500_000 + 64 * new FileInfo(path).Length);
        }
    }

    [Fact]
    public void Python_source_in_a_network_pickle_is_never_looked_at_and_a_network_without_tensors_is_no_generator()
    {
        var path = Shared.Golden("torch-checkpoints", "bad", "evil_module_src.pkl");

        Assert.Contains("no StyleGAN2 generator", Assert.Throws<CheckpointException>(() => GeneratorCheckpoint.Read(path)).Message);
        Assert.Empty(Checkpoint.ReadTensors(path));
    }

    [Fact]
    public void Every_bad_file_of_the_goldens_is_refused_as_a_generator()
    {
        foreach (var path in Directory.GetFiles(Shared.Golden("torch-checkpoints", "bad")))
            Assert.Contains(Path.GetFileName(path), Assert.Throws<CheckpointException>(() => GeneratorCheckpoint.Read(path)).Message);
    }
}
