using System.Diagnostics;
using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SkiaSharp;
using WebStudio.Benchmarks.Support;
using WebStudio.Components.Albums;
using WebStudio.Server;
using WebStudio.Server.Data;
using WebStudio.Server.Storage;
using WebStudio.Server.Tests;
using WebStudio.Server.Tests.Editing;

namespace WebStudio.Benchmarks.Uploading;

/// <summary>
/// Ten thousand files at once from one person: once within the limits that a server has by itself, once with the largest album and as fast as it goes. Every file arrives or is refused in a sentence, and nothing else is left.
/// <c>upload [--files 10000] [--connections 200]</c>
/// </summary>
internal static class UploadRun
{
    private const string Password = "long enough for a test"; // of every account that EditingStudio makes

    public static async Task<int> RunAsync(string[] given)
    {
        var arguments = new Arguments(given);
        var (files, connections) = (arguments.Number("--files", 10_000), arguments.Number("--connections", 200));
        return await OnceAsync("the server's own limits", files, connections) + await OnceAsync("5000 photos an album, no limit of uploads", files, connections, "--Albums:MaxPhotos=5000", "--Limits:UploadsPerMinute=0") == 0 ? 0 : 1;
    }

    private static async Task<int> OnceAsync(string limits, int files, int connections, params string[] settings)
    {
        var data = Directory.CreateTempSubdirectory("webstudio-upload-").FullName;
        try
        {
            Guid album;
            await using (var studio = await EditingStudio.StartAsync(data))
                album = await studio.App.Services.GetRequiredService<IAlbums>().CreateAsync((await studio.JoinAsync("ada")).Viewer, new("Summer", "Lea", null));
            await using var server = await ServerProcess.StartAsync(data, settings);
            using var visitor = new StudioVisitor(new(server.Address));
            visitor.Http.Timeout = Timeout.InfiniteTimeSpan; // hundreds at a time wait for their turn
            await visitor.SignInAsync("ada@example.org", Password);
            Console.WriteLine($"\n{files} files at once over {connections} connections, {limits}");
            var (photos, memory, answered, clock) = (new Photos([Picture()]), new MemoryLine(server.Id), new Latencies("file answered"), Stopwatch.StartNew());
            var (added, refused) = (0, new Dictionary<string, int>());
            using var end = new CancellationTokenSource();
            var watching = memory.WatchAsync(end.Token);
            await Parallel.ForEachAsync(Enumerable.Range(0, files), new ParallelOptions { MaxDegreeOfParallelism = connections }, async (n, _) => await answered.TimeAsync(async () =>
            {
                using var content = new ByteArrayContent(photos.Next());
                using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/albums/{album}/photos?name={n}.jpg") { Content = content };
                request.Headers.Add("X-WebStudio", "1");
                using var answer = await visitor.Http.SendAsync(request);
                var text = await answer.Content.ReadAsStringAsync();
                if (answer.StatusCode == HttpStatusCode.OK)
                    Interlocked.Increment(ref added);
                else if (answer.StatusCode is HttpStatusCode.UnprocessableEntity or HttpStatusCode.TooManyRequests && text.Contains('.', StringComparison.Ordinal))
                    lock (refused)
                        refused[$"{(int)answer.StatusCode}"] = refused.GetValueOrDefault($"{(int)answer.StatusCode}") + 1;
                else
                    throw new InvalidOperationException($"{(int)answer.StatusCode} {text}");
            }, CancellationToken.None));
            var took = clock.Elapsed;
            await Task.Delay(TimeSpan.FromSeconds(5));
            await end.CancelAsync();
            await watching;
            Latencies.WriteHead();
            answered.Write();
            string[] logged = [.. server.Errors];
            await server.DisposeAsync();
            var (rows, left) = await LeftAsync(data);
            Console.WriteLine(FormattableString.Invariant($"{added} taken in {took.TotalSeconds:f0} s, {rows} rows, refused {string.Join(", ", refused.Select(r => $"{r.Value} with {r.Key}"))}, {left} files left behind, at most {memory.Most:f0} MB, {memory.Latest:f0} MB afterwards, {logged.Length} errors in the log"));
            foreach (var line in logged.Take(10))
                Console.WriteLine($"  in the server's log: {line}");
            return answered.Errors + logged.Length + left + Math.Abs(rows - added);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    /// <summary>A photo of a size as phones used to take: 1600 by 1200.</summary>
    private static byte[] Picture()
    {
        using var bitmap = new SKBitmap(1600, 1200);
        for (var y = 0; y < bitmap.Height; y++)
            for (var x = 0; x < bitmap.Width; x++)
                bitmap.SetPixel(x, y, new((byte)(x / 7), (byte)(y / 5), (byte)((x ^ y) / 4)));
        using var image = SKImage.FromBitmap(bitmap);
        return image.Encode(SKEncodedImageFormat.Jpeg, 85).ToArray();
    }

    /// <summary>Photos in the database, and files that belong to none of them.</summary>
    private static async Task<(int Rows, int Files)> LeftAsync(string data)
    {
        await using var app = StudioHost.Build([$"--Storage:Root={data}"]);
        await using var db = await app.Services.GetRequiredService<IDbContextFactory<StudioDb>>().CreateDbContextAsync();
        var photos = (await db.Photos.Select(p => p.Id).ToListAsync()).Select(p => p.ToString("N")).ToHashSet();
        var users = Path.Combine(app.Services.GetRequiredService<DataFolders>().Root, "users");
        return (photos.Count, Directory.EnumerateFiles(users, "*", SearchOption.AllDirectories).Count(f => Path.GetFileName(f).StartsWith('.') || !photos.Contains(Path.GetFileName(f).Split('.')[0])));
    }
}
