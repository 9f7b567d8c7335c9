using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using WebStudio.Benchmarks.Support;
using WebStudio.Components.Access;
using WebStudio.Components.Albums;
using WebStudio.Components.Home;
using WebStudio.Components.Models;
using WebStudio.Components.Reviews;
using WebStudio.Components.Storage;
using WebStudio.Components.Training;
using WebStudio.Server;
using WebStudio.Server.Data;
using WebStudio.Server.Jobs;
using WebStudio.Server.Tests;
using WebStudio.Server.Tests.Data;
using WebStudio.Server.Tests.Editing;

namespace WebStudio.Benchmarks.LargeStudio;

/// <summary>
/// A studio of many years: how long what the pages read takes, in how many queries, and how long a page takes in a real server until it shows what it is about (its HTML, its circuit, the batch with the text).
/// <c>studio [--people 200] [--models 2000] [--photos 200000] [--times 15] [--keep 1]</c>
/// </summary>
internal static class StudioRun
{
    private const string Password = "long enough for a test"; // of every account that EditingStudio makes
    private const int Good = 200;

    public static async Task<int> RunAsync(string[] given)
    {
        var arguments = new Arguments(given);
        var (people, models, photos, times) = (arguments.Number("--people", 200), arguments.Number("--models", 2000), arguments.Number("--photos", 200_000), arguments.Number("--times", 15));
        var data = Directory.CreateTempSubdirectory("webstudio-studio-").FullName;
        try
        {
            var clock = Stopwatch.StartNew();
            var members = await FillAsync(data, people, models, photos);
            Console.WriteLine(FormattableString.Invariant($"{people} users, {models} models, {photos} photos in one studio: written in {clock.Elapsed.TotalSeconds:0} s, {Directory.EnumerateFiles(data, "webstudio.db*").Sum(f => new FileInfo(f).Length) / 1e6:0} MB"));
            var slow = await ServicesAsync(data, members, times) + await PagesAsync(data, members, times);
            Console.WriteLine($"{slow} medians above {Good} ms");
            return slow == 0 ? 0 : 1;
        }
        finally
        {
            if (arguments.Number("--keep", 0) == 0)
                Directory.Delete(data, recursive: true);
            else
                Console.WriteLine($"kept in {data}; member@example.org, supervisor@… and admin@… sign in with '{Password}'");
        }
    }

    private static async Task<Dictionary<string, Viewer>> FillAsync(string data, int people, int models, int photos)
    {
        await using var studio = await EditingStudio.StartAsync(data);
        var members = new Dictionary<string, Viewer>
        {
            ["member"] = (await studio.JoinAsync("member")).Viewer,
            ["supervisor"] = (await studio.JoinAsync("supervisor", [StudioRoles.Supervisor])).Viewer,
            ["admin"] = (await studio.JoinAsync("admin", [StudioRoles.Admin])).Viewer,
        };
        await studio.App.Services.GetRequiredService<QueuePause>().SetAsync(members["admin"].UserId, true); // jobs without files would fail one after the other
        await new StudioRows(studio.App.Services.GetRequiredService<IDbContextFactory<StudioDb>>(), members["member"].StudioId).FillAsync([.. members.Values.Select(m => m.UserId)], people, models, photos);
        return members;
    }

    private static async Task<int> ServicesAsync(string data, Dictionary<string, Viewer> members, int times)
    {
        await using var app = StudioHost.Build([$"--Storage:Root={data}"]);
        await app.Services.GetRequiredService<QueuePause>().SetAsync("", false); // so that the queue is forecast
        Console.WriteLine($"\n{"what pages read",-34} {"first",8} {"p50",8} {"worst",8} {"queries",8}   milliseconds");
        var slow = 0;
        foreach (var (name, viewer) in members)
            foreach (var (what, read) in Reads(app, viewer))
            {
                var (took, queries) = (new List<double>(), 0);
                for (var n = 0; n <= times; n++)
                {
                    var clock = Stopwatch.StartNew();
                    queries = await QueryCount.OfAsync(read);
                    took.Add(clock.Elapsed.TotalMilliseconds);
                }
                double[] sorted = [.. took.Skip(1).Order()];
                Console.WriteLine(FormattableString.Invariant($"{$"{what}, {name}",-34} {took[0],8:f0} {sorted[sorted.Length / 2],8:f0} {sorted[^1],8:f0} {queries,8}"));
                slow += sorted[sorted.Length / 2] > Good ? 1 : 0;
            }
        await app.Services.GetRequiredService<QueuePause>().SetAsync(members["admin"].UserId, true);
        return slow;
    }

    private static IEnumerable<(string What, Func<Task> Read)> Reads(WebApplication app, Viewer viewer)
    {
        T Of<T>() where T : notnull => app.Services.GetRequiredService<T>();
        yield return ("home, own", () => Of<IHome>().OwnAsync(viewer, 0));
        yield return ("albums, own", () => Of<IAlbums>().OwnAsync(viewer, 0));
        yield return ("albums for programmes", () => Of<IAlbums>().ListAsync(viewer));
        yield return ("queue", () => Of<IJobQueue>().ReadAsync(viewer));
        yield return ("storage", () => Of<IStorage>().ReadAsync(viewer));
        yield return ("bin", () => Of<IBin>().ListAsync(viewer));
        yield return ("notices", () => Of<INotices>().ListAsync(viewer));
        using var db = Of<IDbContextFactory<StudioDb>>().CreateDbContext();
        var (album, model) = (db.Albums.First(a => a.OwnerId == viewer.UserId).Id, db.Models.First(m => m.OwnerId == viewer.UserId).Id);
        yield return ("an album", () => Of<IAlbums>().PhotosAsync(viewer, album));
        yield return ("a model", () => Of<IModels>().FindAsync(viewer, model));
        if (viewer.IsSupervisor)
        {
            yield return ("home, the studio's", () => Of<IHome>().OthersAsync(viewer, 0));
            yield return ("home, the studio's page 50", () => Of<IHome>().OthersAsync(viewer, 50));
            yield return ("albums, the studio's", () => Of<IAlbums>().OthersAsync(viewer, 0));
            yield return ("reviews, waiting", () => Of<IReviews>().InboxAsync(viewer, decided: false, 0));
            yield return ("reviews, decided", () => Of<IReviews>().InboxAsync(viewer, decided: true, 0));
            yield return ("audit log", () => Of<IAudit>().ReadAsync(viewer, null, 0));
        }
    }

    private static async Task<int> PagesAsync(string data, Dictionary<string, Viewer> members, int times)
    {
        var clock = Stopwatch.StartNew();
        await using var server = await ServerProcess.StartAsync(data, "--Logging:LogLevel:WebStudio.Server.Deletions=None"); // every photo is missed
        Console.WriteLine(FormattableString.Invariant($"\nThe server started in {clock.Elapsed.TotalSeconds:0.0} s"));
        Console.WriteLine($"{"pages",-34} {"html",8} {"shown",8} {"worst",8} {"KB",8}   milliseconds, medians; KB of rendering");
        var slow = 0;
        foreach (var name in members.Keys)
        {
            using var visitor = new StudioVisitor(new(server.Address));
            await visitor.SignInAsync($"{name}@example.org", Password);
            foreach (var (path, awaited) in Pages(name))
            {
                var (html, shown, bytes) = (new List<double>(), new List<double>(), 0L);
                for (var n = 0; n <= times; n++)
                {
                    await using var page = await Circuit.OpenAsync(visitor, path, awaited);
                    html.Add(page.Html.TotalMilliseconds);
                    shown.Add(page.Shown.TotalMilliseconds);
                    bytes = page.Bytes;
                }
                double Median(List<double> all) => all.Skip(1).Order().ElementAt(times / 2);
                Console.WriteLine(FormattableString.Invariant($"{$"{path}, {name}",-34} {Median(html),8:f0} {Median(shown),8:f0} {shown.Skip(1).Max(),8:f0} {bytes / 1000,8}"));
                slow += Median(html) + Median(shown) > Good ? 1 : 0;
            }
        }
        return slow;
    }

    /// <summary>Pages, and a text that only what they have read brings.</summary>
    private static IEnumerable<(string Path, string Awaited)> Pages(string name)
    {
        yield return ("/", name == "supervisor" ? "In your studio" : "Open editor");
        yield return ("/albums", name == "supervisor" ? "In your studio" : "photos, ");
        yield return ("/queue", "waits, place");
        yield return ("/storage", "Your things take up");
        if (name == "supervisor")
            yield return ("/reviews", "Decided");
        if (name == "admin")
            yield return ("/admin/people", "person19");
    }
}
