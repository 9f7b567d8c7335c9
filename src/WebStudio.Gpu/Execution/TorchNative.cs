using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace WebStudio.Gpu.Execution;

/// <summary>
/// Finds and loads libtorch and TorchSharp's native shim before the first tensor is made.
/// The libraries lie once on the disk (the package folder while developing, <c>runtimes/linux-x64/native</c> beside a published
/// application); whatever is loaded here by full path satisfies TorchSharp's own later look-ups by name.
/// </summary>
public static class TorchNative
{
    private const string Shim = "libLibTorchSharp.so";
    private static readonly Lock Gate = new();
    private static string? _loadedShim;

    /// <summary>Full path of the shim that was loaded: the package's own file, or the patched copy on systems with an older libstdc++.</summary>
    /// <exception cref="PlatformNotSupportedException">The libraries are missing or cannot be loaded; the message says which and why.</exception>
    public static string EnsureLoaded()
    {
        lock (Gate)
            return _loadedShim ??= Load();
    }

    // A library initialiser is what the analyser warns of; here nothing of the assembly works without it, and no caller may have to know.
#pragma warning disable CA2255
    [ModuleInitializer]
    internal static void Initialize()
    {
        if (OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64)
            EnsureLoaded();
    }
#pragma warning restore CA2255

    private static string Load()
    {
        var shimFolder = FolderOf("TorchSharpNative", Shim);
        var torchFolder = FolderOf("LibTorchNative", "libtorch_cpu.so");
        // Short spinning: with one worker per core, long spins steal the time of whatever else runs (measured: half the throughput).
        SetEnv("GOMP_SPINCOUNT", "30000");
        foreach (var name in (string[])["libgomp-98b21ff3.so.1", "libc10.so", "libtorch_cpu.so", "libtorch.so"])
            LoadLibrary(Path.Combine(torchFolder, name));
        var shim = ShimFor(Path.Combine(shimFolder, Shim), Path.Combine(AppContext.BaseDirectory, "native"), SystemHasLibraryInit());
        LoadLibrary(shim);
        return shim;
    }

    /// <summary>The library to load: the original where the system's libstdc++ satisfies it, else a patched copy under <paramref name="folder"/> or the user's own data folder.</summary>
    internal static string ShimFor(string original, string folder, bool systemHasLibraryInit)
    {
        if (systemHasLibraryInit)
            return original;
        var userData = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
        return PatchedShim.CopyFor(original, folder, userData.Length == 0 ? null : Path.Combine(userData, "webstudio", "native"));
    }

    private static string FolderOf(string metadataKey, string file)
    {
        var published = Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native");
        var recorded = typeof(TorchNative).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .FirstOrDefault(a => a.Key == metadataKey)?.Value;
        // A CUDA build has its libraries copied beside the application by their own packages.
        foreach (var folder in (string?[])[published, AppContext.BaseDirectory, recorded])
            if (folder is not null && File.Exists(Path.Combine(folder, file)))
                return folder;
        throw new PlatformNotSupportedException(
            $"{file} was not found in {published}{(recorded is null ? "" : $" nor in {recorded}")}. Restore the packages (dotnet restore) or publish the application again.");
    }

    private static void LoadLibrary(string path)
    {
        if (!File.Exists(path) && Path.GetFileName(path).StartsWith("libgomp", StringComparison.Ordinal))
            return; // the CUDA packages link another OpenMP runtime
        try
        {
            NativeLibrary.Load(path);
        }
        catch (DllNotFoundException e)
        {
            throw new PlatformNotSupportedException($"{path} could not be loaded: {e.Message}", e);
        }
    }

    /// <summary>True where libstdc++ is new enough (GCC 13) for the shim as it comes.</summary>
    private static bool SystemHasLibraryInit() =>
        NativeLibrary.TryLoad("libstdc++.so.6", out var handle) && NativeLibrary.TryGetExport(handle, PatchedShim.MissingSymbol, out _);

    private static void SetEnv(string name, string value)
    {
        if (Environment.GetEnvironmentVariable(name) is null)
            _ = setenv(name, value, 0); // .NET's own setter does not reach native getenv
    }

    [DllImport("libc", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern int setenv(string name, string value, int overwrite);
}
