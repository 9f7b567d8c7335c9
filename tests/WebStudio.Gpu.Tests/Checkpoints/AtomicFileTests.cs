using WebStudio.Gpu.Checkpoints;

namespace WebStudio.Gpu.Tests.Checkpoints;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Folders_are_made_and_an_old_file_is_replaced()
    {
        AtomicFile.Write(folder["a/b/file"], stream => stream.Write("old and longer"u8));
        AtomicFile.Write(folder["a/b/file"], stream => stream.Write("new"u8));

        Assert.Equal("new", File.ReadAllText(folder["a/b/file"]));
        Assert.Single(Directory.GetFileSystemEntries(folder["a/b"]));
    }

    [Fact]
    public void A_disk_that_fills_half_way_keeps_the_old_file_and_leaves_nothing_beside_it()
    {
        File.WriteAllText(folder["file"], "old");

        var error = Assert.Throws<FileNotWrittenException>(() => AtomicFile.Write(folder["file"], stream =>
        {
            stream.Write(new byte[100_000]);
            throw new IOException("No space left on device");
        }));

        Assert.Contains("file cannot be written: No space left on device", error.Message);
        Assert.Equal("old", File.ReadAllText(folder["file"]));
        Assert.Single(Directory.GetFileSystemEntries(folder.Root));
    }

    [Fact]
    public void An_abort_in_the_middle_passes_through_and_leaves_nothing()
    {
        Assert.Throws<OperationCanceledException>(() => AtomicFile.Write(folder["file"], _ => throw new OperationCanceledException()));
        Assert.Empty(Directory.GetFileSystemEntries(folder.Root));
    }

    [Fact]
    public void A_place_that_is_a_folder_or_lies_under_a_file_is_named()
    {
        Directory.CreateDirectory(folder["taken"]);
        File.WriteAllText(folder["plain"], "");

        Assert.Contains("taken cannot be written", Assert.Throws<FileNotWrittenException>(() => AtomicFile.Write(folder["taken"], _ => { })).Message);
        Assert.Contains("under cannot be written", Assert.Throws<FileNotWrittenException>(() => AtomicFile.Write(folder["plain/under"], _ => { })).Message);
        Assert.Equal(2, Directory.GetFileSystemEntries(folder.Root).Length);
    }

    [Fact]
    public void A_folder_that_not_even_the_superuser_may_write_is_named()
    {
        var error = Assert.Throws<FileNotWrittenException>(() => AtomicFile.Write("/proc/model.safetensors", _ => { }));
        Assert.StartsWith("/proc/model.safetensors cannot be written", error.Message);
    }
}
