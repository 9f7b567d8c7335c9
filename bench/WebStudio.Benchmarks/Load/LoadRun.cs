using WebStudio.Benchmarks.Support;
using WebStudio.Gpu.Execution;
using WebStudio.Server.Tests;

namespace WebStudio.Benchmarks.Load;

/// <summary>
/// A busy studio: people who drag sliders over real hub connections and people who upload, all signed in through the page, while a training runs; then whether anything went wrong and whether memory stayed flat.
/// <c>load [--minutes 10] [--editors 20] [--uploaders 5] [--photos 100]</c>
/// </summary>
internal static class LoadRun
{
    private const string Password = "long enough for a test"; // of every account that EditingStudio makes

    public static async Task<int> RunAsync(string[] given)
    {
        var arguments = new Arguments(given);
        var (minutes, each) = (arguments.Number("--minutes", 10), arguments.Number("--photos", 100));
        TorchNative.EnsureLoaded();
        var data = Directory.CreateTempSubdirectory("webstudio-load-").FullName;
        try
        {
            var seed = await LoadSeed.MakeAsync(data, arguments.Number("--editors", 20), arguments.Number("--uploaders", 5));
            await seed.Trainer.QueueTrainingAsync(data);
            await using var server = await ServerProcess.StartAsync(data, "--Training:LongPasses=100000");
            await seed.Trainer.WaitUntilTrainingAsync(data);
            Console.WriteLine($"{seed.Editors.Count} editors, {seed.Uploaders.Count} people who upload {each} photos at a time, a training, {minutes} minutes, {Environment.ProcessorCount} cores");
            Latencies signIn = new("signing in"), opened = new("editor opened, all at once"), moved = new("slider moved, preview"), released = new("slider let go, full picture"), rendered = new("of these, rendering"), uploaded = new("photo uploaded"), page = new("page loaded meanwhile");
            var visitors = new Dictionary<string, StudioVisitor>();
            foreach (var name in (string[])[.. seed.Editors.Select(e => e.Name), .. seed.Uploaders.Select(u => u.Name), "bench"])
            {
                var visitor = visitors[name] = new StudioVisitor(new(server.Address));
                await signIn.TimeAsync(async () =>
                {
                    if ((await visitor.SignInAsync($"{name}@example.org", Password)).Location != "/")
                        throw new InvalidOperationException($"{name} was not let in.");
                }, CancellationToken.None);
            }
            var editors = await Task.WhenAll(seed.Editors.Select(async who =>
            {
                var editor = await DraggingEditor.ConnectAsync(visitors[who.Name], moved, rendered);
                await opened.TimeAsync(() => editor.OpenAsync(who.Version), CancellationToken.None);
                return editor;
            }));
            Console.WriteLine("All are in.");
            var memory = new MemoryLine(server.Id);
            using var end = new CancellationTokenSource();
            Task[] work =
            [
                memory.WatchAsync(end.Token),
                .. editors.Select(editor => editor.RunAsync(moved, released, end.Token)),
                .. seed.Uploaders.Select(who => new Uploader(visitors[who.Name], seed.Photos).RunAsync(who.Albums, each, uploaded, end.Token)),
                VisitAsync(visitors["bench"], page, end.Token),
            ];
            await Task.WhenAny(Task.Delay(TimeSpan.FromMinutes(minutes)), Task.WhenAll(work)); // the work ends earlier only where it fails
            await end.CancelAsync();
            await Task.WhenAll(work);
            await seed.Trainer.WaitUntilTrainingAsync(data); // it still does
            foreach (var editor in editors)
                await editor.DisposeAsync();
            foreach (var visitor in visitors.Values)
                visitor.Dispose();
            return Tell(server, memory, [signIn, opened, moved, released, rendered, uploaded, page]);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    /// <summary>Somebody who looks at the home page now and then.</summary>
    private static async Task VisitAsync(StudioVisitor visitor, Latencies page, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            await page.TimeAsync(async () => await (await Circuit.OpenAsync(visitor, "/", "Open editor")).DisposeAsync(), end);
            await Task.Delay(TimeSpan.FromSeconds(5), end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static int Tell(ServerProcess server, MemoryLine memory, Latencies[] kinds)
    {
        Latencies.WriteHead();
        foreach (var kind in kinds)
            kind.Write();
        string[] logged = [.. server.Errors];
        foreach (var line in logged.Take(10))
            Console.WriteLine($"  in the server's log: {line}");
        var errors = kinds.Sum(k => k.Errors) + logged.Length;
        var (middle, last) = memory.Thirds;
        Console.WriteLine(FormattableString.Invariant($"errors: {errors}; memory: {middle:f0} MB in the second third, {last:f0} MB in the last, {(memory.IsFlat ? "flat" : "growing")}"));
        return errors == 0 && memory.IsFlat ? 0 : 1;
    }
}
