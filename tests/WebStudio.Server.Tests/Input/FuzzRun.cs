using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SkiaSharp;
using WebStudio.Components.Access;
using WebStudio.Components.Albums;
using WebStudio.Gpu;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Gpu.Checkpoints.Generators;
using WebStudio.Gpu.Imaging;
using WebStudio.Gpu.StyleGan;
using WebStudio.Gpu.Tests.Checkpoints;
using WebStudio.Server.Admin;
using WebStudio.Server.Albums;
using WebStudio.Server.Data;
using WebStudio.Server.Storage;
using static TorchSharp.torch;
using RandomSource = TorchSharp.torch.Generator;

namespace WebStudio.Server.Tests.Input;

/// <summary>What came of a run.</summary>
/// <param name="Taken">Files that were still good enough.</param>
/// <param name="Refused">Files that were refused in a sentence.</param>
/// <param name="TakenNetworks">Networks among those taken.</param>
/// <param name="RefusedNetworks">Networks among those refused.</param>
/// <param name="Wrong">Anything else, with the seed that makes it again.</param>
/// <param name="Left">Files in the data folder that belong to no photo and no base.</param>
/// <param name="Growth">Memory after over memory before, once both were collected.</param>
internal sealed record FuzzReport(int Taken, int Refused, int TakenNetworks, int RefusedNetworks, IReadOnlyList<string> Wrong, IReadOnlyList<string> Left, double Growth);

/// <summary>Throws spoilt pictures at the intake and spoilt networks at the importer of a running application.</summary>
internal static class FuzzRun
{
    private const int WarmUp = 250, NetworkEvery = 10;

    /// <param name="services">Of the application, whose album limit is above the count.</param>
    /// <param name="viewer">Who uploads.</param>
    /// <param name="count">Files.</param>
    /// <param name="seed">The first seed; the others follow.</param>
    public static async Task<FuzzReport> RunAsync(IServiceProvider services, Viewer viewer, int count, int seed)
    {
        var id = await services.GetRequiredService<IAlbums>().CreateAsync(viewer, new("fuzzed", "nobody", null));
        var album = await WithAsync(services, db => db.Albums.AsNoTracking().SingleAsync(a => a.Id == id));
        var (pictures, networks) = (Pictures(), Networks());
        var (taken, refused, wrong, before) = (new int[2], new int[2], new List<string>(), 0L); // pictures, networks
        for (var n = 0; n < count; n++)
        {
            if (n == Math.Min(WarmUp, count / 2))
                before = Memory();
            var (isNetwork, s) = (n % NetworkEvery == NetworkEvery - 1, seed + n);
            var turn = n / NetworkEvery;
            var (good, other) = isNetwork ? (networks[turn % networks.Length], networks[(turn + 1) % networks.Length]) : (pictures[s % pictures.Length], pictures[(s + 1) % pictures.Length]);
            var spoilt = Mutator.Spoil(good, other, s);
            try
            {
                if (isNetwork)
                    await services.GetRequiredService<BaseImporter>().ImportAsync(new($"fuzzed {s}", "fuzzed.safetensors", "none", true, null), new MemoryStream(spoilt), viewer.UserId, default);
                else
                    await services.GetRequiredService<PhotoStore>().AddAsync(album, $"{s}.jpg", new MemoryStream(spoilt), default);
                taken[isNetwork ? 1 : 0]++;
            }
            catch (InvalidInputException e)
            {
                refused[isNetwork ? 1 : 0]++;
                if (e.Message.Contains(services.GetRequiredService<DataFolders>().Root, StringComparison.Ordinal))
                    wrong.Add($"seed {s}: the refusal tells where things lie: {e.Message}");
            }
#pragma warning disable CA1031 // that is what is looked for
            catch (Exception e)
#pragma warning restore CA1031
            {
                wrong.Add($"seed {s}: {e.GetType().Name}: {e.Message}");
            }
        }
        var after = Memory();
        return new(taken.Sum(), refused.Sum(), taken[1], refused[1], wrong, await LeftAsync(services), (double)after / Math.Max(1, before));
    }

    /// <summary>Small pictures of every accepted format, with metadata where the format has some.</summary>
    private static byte[][] Pictures()
    {
        using var bitmap = new SKBitmap(96, 72);
        for (var y = 0; y < bitmap.Height; y++)
            for (var x = 0; x < bitmap.Width; x++)
                bitmap.SetPixel(x, y, new((byte)(x * 2), (byte)(y * 3), (byte)(x ^ y)));
        using var image = SKImage.FromBitmap(bitmap);
        byte[] Encode(SKEncodedImageFormat format, int quality) => image.Encode(format, quality).ToArray();
        var picture = ImageDecoder.Decode(Encode(SKEncodedImageFormat.Png, 100), "picture");
        return [Encode(SKEncodedImageFormat.Jpeg, 90), Encode(SKEncodedImageFormat.Png, 100), Encode(SKEncodedImageFormat.Webp, 80), Encode(SKEncodedImageFormat.Webp, 100), ImageEncoder.Encode(picture, ImageFormat.Jpeg, 60)];
    }

    /// <summary>Whole networks, small ones, as the importer takes them: safetensors and NVIDIA's pickle.</summary>
    private static byte[][] Networks()
    {
        using var scope = NewDisposeScope();
        using var random = new RandomSource(1);
        var config = new GeneratorConfig { ZDim = 16, WDim = 16, ImgResolution = 32, Channels = GeneratorConfig.ChannelsFor(32, 256, 8), MappingLayers = 2 };
        using var folder = new TemporaryFolder();
        new GeneratorCheckpoint(config, GeneratorLayout.Required(config).ToDictionary(entry => entry.Name, entry => randn(entry.Shape, generator: random))).Write(folder["network.safetensors"]);
        using var pickle = new MemoryStream();
        NetworkPickle.Write(pickle, config, (_, shape) => randn(shape, generator: random).data<float>().ToArray());
        return [File.ReadAllBytes(folder["network.safetensors"]), pickle.ToArray()];
    }

    private static async Task<IReadOnlyList<string>> LeftAsync(IServiceProvider services)
    {
        var folders = services.GetRequiredService<DataFolders>();
        var photos = (await WithAsync(services, db => db.Photos.Select(p => p.Id).ToListAsync())).ConvertAll(p => p.ToString("N"));
        var bases = (await WithAsync(services, db => db.BaseModels.Select(b => b.Id).ToListAsync())).ConvertAll(b => b.ToString("N"));
        IEnumerable<string> Files(string folder) => Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories) : [];
        return [.. Files(Path.Combine(folders.Root, "users")).Where(f => !photos.Exists(p => f.Contains(p, StringComparison.Ordinal))), .. Files(folders.Bases).Where(f => !bases.Exists(b => f.Contains(b, StringComparison.Ordinal)))];
    }

    private static async Task<T> WithAsync<T>(IServiceProvider services, Func<StudioDb, Task<T>> ask)
    {
        await using var db = await services.GetRequiredService<IDbContextFactory<StudioDb>>().CreateDbContextAsync();
        return await ask(db);
    }

    private static long Memory()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
