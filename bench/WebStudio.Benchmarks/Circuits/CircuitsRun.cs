using System.Collections.Concurrent;
using WebStudio.Benchmarks.Support;
using WebStudio.Server.Tests;
using WebStudio.Server.Tests.Editing;

namespace WebStudio.Benchmarks.Circuits;

/// <summary>
/// Open pages that nobody touches: what each takes of the server's memory, whether all are still there after a while, and what the processor does meanwhile.
/// <c>circuits [--count 1000] [--people 100] [--minutes 2]</c>
/// </summary>
internal static class CircuitsRun
{
    private const string Password = "long enough for a test"; // of every account that EditingStudio makes
    private const int Together = 8;
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(30);

    public static async Task<int> RunAsync(string[] given)
    {
        var arguments = new Arguments(given);
        var (count, people, minutes) = (arguments.Number("--count", 1000), arguments.Number("--people", 100), arguments.Number("--minutes", 2));
        var data = Directory.CreateTempSubdirectory("webstudio-circuits-").FullName;
        var pages = new ConcurrentBag<Circuit>();
        var visitors = new ConcurrentBag<StudioVisitor>();
        try
        {
            await using (var studio = await EditingStudio.StartAsync(data))
                for (var n = 0; n < people; n++)
                    await studio.JoinAsync($"person{n}");
            await using var server = await ServerProcess.StartAsync(data, "--Limits:SignInsPerMinute=0");
            Latencies signIn = new("signing in"), opened = new("circuit until its page shows");
            await Parallel.ForEachAsync(Enumerable.Range(0, people), Limited, async (n, _) => await signIn.TimeAsync(async () =>
            {
                var visitor = new StudioVisitor(new(server.Address));
                visitors.Add(visitor);
                await visitor.SignInAsync($"person{n}@example.org", Password);
                await (await Circuit.OpenAsync(visitor, "/", "Welcome, ")).DisposeAsync(); // warm
            }, CancellationToken.None));
            var before = ProcessFigures.Memory(server.Id);
            var all = visitors.ToArray();
            await Parallel.ForEachAsync(Enumerable.Range(0, count), Limited, async (n, _) => await opened.TimeAsync(async () => pages.Add(await Circuit.OpenAsync(all[n % all.Length], "/", "Welcome, ")), CancellationToken.None));
            Latencies.WriteHead();
            signIn.Write();
            opened.Write();
            Console.WriteLine(FormattableString.Invariant($"{pages.Count} circuits of {people} people: {before:f0} MB before, {ProcessFigures.Memory(server.Id):f0} MB with them, {(ProcessFigures.Memory(server.Id) - before) / Math.Max(1, pages.Count) * 1000:f0} KB each"));
            for (var n = 1; n <= 2 * minutes; n++)
            {
                var used = ProcessFigures.ProcessorSeconds(server.Id);
                await Task.Delay(Between);
                Console.WriteLine(FormattableString.Invariant($"after {n * Between.TotalSeconds:f0} s: {pages.Count(p => p.IsAlive)} alive, {ProcessFigures.Memory(server.Id):f0} MB, {(ProcessFigures.ProcessorSeconds(server.Id) - used) / Between.TotalSeconds:p1} of a core"));
            }
            foreach (var failure in pages.Where(p => !p.IsAlive).GroupBy(p => p.Failure).Take(5))
                Console.WriteLine($"  {failure.Count()} x {failure.Key}");
            foreach (var line in server.Errors.Take(10))
                Console.WriteLine($"  in the server's log: {line}");
            var alive = pages.Count(p => p.IsAlive);
            await Task.WhenAll(pages.Select(p => p.DisposeAsync().AsTask()));
            await Task.Delay(TimeSpan.FromSeconds(5));
            Console.WriteLine(FormattableString.Invariant($"closed: {ProcessFigures.Memory(server.Id):f0} MB"));
            return alive == count && !server.Errors.Any() ? 0 : 1;
        }
        finally
        {
            foreach (var visitor in visitors)
                visitor.Dispose();
            Directory.Delete(data, recursive: true);
        }
    }

    private static ParallelOptions Limited => new() { MaxDegreeOfParallelism = Together };
}
