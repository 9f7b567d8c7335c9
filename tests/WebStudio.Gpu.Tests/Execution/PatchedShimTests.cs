using System.Diagnostics;
using System.Reflection;
using TorchSharp;
using WebStudio.Gpu.Execution;

namespace WebStudio.Gpu.Tests.Execution;

public sealed class PatchedShimTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("webstudio-shim-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Tensors_work_on_this_system()
    {
        Assert.True(File.Exists(TorchNative.EnsureLoaded()));
        using var product = torch.ones(2, 3).matmul(torch.ones(3, 2));
        Assert.Equal(3f, product[0, 0].item<float>());
    }

    [Fact]
    public void This_process_maps_the_copy_exactly_where_libstdcxx_is_older()
    {
        TorchNative.EnsureLoaded();
        var mapped = MappedFile("libLibTorchSharp.so");
        // Independent of the loader's answer: the symbol's name is a string in the library that is really mapped.
        var hasInit = File.ReadAllBytes(MappedFile("libstdc++.so")).AsSpan().IndexOf("_ZSt21ios_base_library_initv\0"u8) >= 0;
        if (hasInit)
            Assert.Equal(Original, mapped);
        else
            Assert.StartsWith(Path.Combine(AppContext.BaseDirectory, "native"), mapped);
    }

    [Fact]
    public void A_fresh_process_in_a_fresh_folder_makes_its_own_copy_and_computes()
    {
        var application = Path.Combine(_folder, "application");
        Directory.CreateDirectory(application);
        foreach (var file in Directory.GetFiles(AppContext.BaseDirectory))
            File.Copy(file, Path.Combine(application, Path.GetFileName(file)));

        var (exitCode, output) = Run(Path.Combine(application, "WebStudio.Gpu.Tests"), "-method", $"{typeof(PatchedShimTests).FullName}.{nameof(Tensors_work_on_this_system)}",
            "-method", $"{typeof(PatchedShimTests).FullName}.{nameof(This_process_maps_the_copy_exactly_where_libstdcxx_is_older)}");
        Assert.True(exitCode == 0, output);
        Assert.Matches(@"Total: 2\b", output);
    }

    [Fact]
    public void A_new_enough_system_gets_the_original_and_nothing_is_written()
    {
        Assert.Equal(Original, TorchNative.ShimFor(Original, _folder, systemHasLibraryInit: true));
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void An_older_system_gets_a_copy_and_the_original_stays_untouched()
    {
        var before = File.ReadAllBytes(Original);
        var written = File.GetLastWriteTimeUtc(Original);

        var copy = TorchNative.ShimFor(Original, _folder, systemHasLibraryInit: false);

        Assert.StartsWith(_folder, copy);
        Assert.Equal(before, File.ReadAllBytes(Original));
        Assert.Equal(written, File.GetLastWriteTimeUtc(Original));
        Assert.Single(Directory.GetFiles(_folder, "*", SearchOption.AllDirectories));
        // The need's flags (2 bytes), the symbol's version (2 bytes) and its name: nothing else may differ.
        var after = File.ReadAllBytes(copy);
        Assert.Equal(before.Length, after.Length);
        Assert.InRange(Enumerable.Range(0, before.Length).Count(i => before[i] != after[i]), 3, 4 + PatchedShim.MissingSymbol.Length);
    }

    [Fact]
    public void Readelf_sees_the_need_marked_weak_and_the_symbol_pointed_elsewhere()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/readelf"), "readelf (Debian package binutils) is not installed");
        var copy = PatchedShim.CopyFor(Original, _folder);

        var need = Run("/usr/bin/readelf", "-V", "-W", copy).Output.Split('\n').Single(line => line.Contains("Name: GLIBCXX_3.4.32"));
        Assert.Contains("Flags: WEAK", need);
        var symbols = Run("/usr/bin/readelf", "--dyn-syms", "-W", copy).Output;
        Assert.DoesNotContain("ios_base_library_init", symbols);
        Assert.DoesNotContain("@GLIBCXX_3.4.32", symbols);
        Assert.Matches(@"UND _ZSt18uncaught_exceptionv@GLIBCXX_3\.4 ", symbols);

        var untouched = Run("/usr/bin/readelf", "--dyn-syms", "-W", Original).Output;
        Assert.Contains("_ZSt21ios_base_library_initv@GLIBCXX_3.4.32", untouched);
    }

    [Fact]
    public void A_damaged_copy_is_replaced_before_it_is_loaded()
    {
        var copy = PatchedShim.CopyFor(Original, _folder);
        var good = File.ReadAllBytes(copy);
        File.WriteAllBytes(copy, good[..1000]);

        Assert.Equal(copy, PatchedShim.CopyFor(Original, _folder));
        Assert.Equal(good, File.ReadAllBytes(copy));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_gives_way_to_the_fallback()
    {
        var blocked = Path.Combine(_folder, "a-file");
        File.WriteAllText(blocked, ""); // a file in the folder's place blocks root as well
        var fallback = Path.Combine(_folder, "fallback");

        Assert.StartsWith(fallback, PatchedShim.CopyFor(Original, blocked, fallback));
        var refusal = Assert.Throws<PlatformNotSupportedException>(() => PatchedShim.CopyFor(Original, blocked));
        Assert.Contains("libLibTorchSharp.so", refusal.Message);
        Assert.Contains(blocked, refusal.Message);
    }

    [Theory]
    [InlineData("text", "it is not a 64-bit little-endian ELF file")]
    [InlineData("truncated", "its tables point outside the file")]
    [InlineData("patched", "_ZSt18uncaught_exceptionv")]
    [InlineData("managed", "it is not a 64-bit little-endian ELF file")]
    [InlineData("other library", "it does not need both GLIBCXX_3.4.32 and GLIBCXX_3.4")]
    public void A_library_of_another_kind_is_refused_by_name(string kind, string why)
    {
        var original = File.ReadAllBytes(Original);
        var bytes = kind switch
        {
            "text" => "not a library at all, but long enough to hold the header of one: 0123456789"u8.ToArray(),
            "truncated" => original[..5000],
            "patched" => Renamed(PatchedShim.Patch(original, "original")),
            "managed" => File.ReadAllBytes(typeof(PatchedShim).Assembly.Location),
            _ => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "libSkiaSharp.so")),
        };
        var refusal = Assert.Throws<PlatformNotSupportedException>(() => PatchedShim.Patch(bytes, "libOther.so"));
        Assert.StartsWith("libOther.so cannot be adapted", refusal.Message);
        Assert.Contains(why, refusal.Message);
    }

    /// <summary>A library whose one symbol of the new version is another: as if a later TorchSharp needed something real of it.</summary>
    private static byte[] Renamed(byte[] patched)
    {
        var original = File.ReadAllBytes(Original);
        var at = original.AsSpan().IndexOf("_ZSt21ios_base_library_initv\0"u8);
        patched.AsSpan(at, 28).CopyTo(original.AsSpan(at));
        return original;
    }

    private static string Original { get; } = Path.Combine(
        typeof(TorchNative).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "TorchSharpNative").Value!, "libLibTorchSharp.so");

    private static string MappedFile(string name) => File.ReadLines("/proc/self/maps")
        .Select(line => line[(line.IndexOf('/') is var at and >= 0 ? at : line.Length)..])
        .First(path => Path.GetFileName(path).StartsWith(name, StringComparison.Ordinal));

    private static (int ExitCode, string Output) Run(string file, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd() + errors.GetAwaiter().GetResult();
        process.WaitForExit();
        return (process.ExitCode, output);
    }
}
