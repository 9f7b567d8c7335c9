using WebStudio.Benchmarks.Support;
using WebStudio.Gpu.Execution;
using WebStudio.Server.Tests.Editing;

namespace WebStudio.Benchmarks.EditorLatency;

/// <summary>
/// From a moved slider to the picture on the canvas, as a user feels it: the real server in a process of its own, a real Chromium, real mouse moves. Once with nothing else to do, once while a
/// training runs. <c>editor-latency [--model FOLDER] [--seconds 20] [--per-second 60]</c>; without a model, random faces of the built-in base.
/// </summary>
internal static class LatencyRun
{
    public static async Task<int> RunAsync(string[] settings)
    {
        string Setting(string name, string otherwise) => Array.IndexOf(settings, name) is var at && at >= 0 && at + 1 < settings.Length ? settings[at + 1] : otherwise;
        var model = Setting("--model", "");
        var (seconds, perSecond) = (int.Parse(Setting("--seconds", "20")), int.Parse(Setting("--per-second", "60")));
        TorchNative.EnsureLoaded();
        var data = Directory.CreateTempSubdirectory("webstudio-latency-").FullName;
        try
        {
            var seed = await LatencySeed.MakeAsync(data, folder =>
            {
                if (model.Length == 0)
                    SmallModel.Write(folder);
                else
                    Copy(model, folder);
            });
            Console.WriteLine($"{(model.Length == 0 ? "Random faces of the built-in base" : Path.GetFileName(model))}, {Environment.ProcessorCount} cores, {perSecond} moves a second for {seconds} s");
            Console.WriteLine($"{"",-20} {"p50",8} {"p95",8} {"worst",8} {"moves",8} {"pictures",9} {"server p50",11}   milliseconds from the move to the first picture that shows it");
            await MeasureAsync("idle", seed, data, seconds, perSecond);
            await seed.QueueTrainingAsync(data);
            await MeasureAsync("while training", seed, data, seconds, perSecond);
            return 0;
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    private static async Task MeasureAsync(string label, LatencySeed seed, string data, int seconds, int perSecond)
    {
        await using var server = await ServerProcess.StartAsync(data);
        if (seed.Job is not null)
            await seed.WaitUntilTrainingAsync(data);
        var moves = await DraggedSlider.MeasureAsync(server.Address, seed, seconds, perSecond);
        if (seed.Job is not null)
            await seed.WaitUntilTrainingAsync(data); // it still does: what was measured was measured beside it
        Console.WriteLine($"{label,-20} {moves.Percentile(50),8:f0} {moves.Percentile(95),8:f0} {moves.Percentile(100),8:f0} {moves.Moves,8} {moves.Pictures,9} {moves.ServerMedian,11:f0}");
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
