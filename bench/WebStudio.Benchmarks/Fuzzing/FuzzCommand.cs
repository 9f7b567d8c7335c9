using System.Globalization;
using WebStudio.Benchmarks.Support;
using WebStudio.Server.Tests.Editing;
using WebStudio.Server.Tests.Input;

namespace WebStudio.Benchmarks.Fuzzing;

/// <summary>fuzz [COUNT] [SEED]: throws spoilt files at a server of its own; ends with 1 where anything but taking and refusing happened.</summary>
internal static class FuzzCommand
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        var (count, seed) = (Number(arguments, 0, 10_000), Number(arguments, 1, 1));
        var folder = Directory.CreateTempSubdirectory("webstudio-fuzz-");
        try
        {
            await using var studio = await EditingStudio.StartAsync(folder.FullName, "--Albums:MaxPhotos=5000");
            var memory = new MemoryLine(Environment.ProcessId);
            using var end = new CancellationTokenSource();
            var watching = memory.WatchAsync(end.Token);
            var report = await FuzzRun.RunAsync(studio.App.Services, (await studio.JoinAsync("fuzz")).Viewer, count, seed);
            await end.CancelAsync();
            await watching;
            Console.WriteLine(FormattableString.Invariant($"{count} files from seed {seed}: {report.Taken} taken, {report.Refused} refused ({report.TakenNetworks} and {report.RefusedNetworks} of them networks), {report.Wrong.Count} wrong, {report.Left.Count} left behind, memory x {report.Growth:0.00}"));
            var (middle, last) = memory.Thirds;
            Console.WriteLine(FormattableString.Invariant($"memory: {middle:f0} MB in the second third, {last:f0} MB in the last, {(memory.IsFlat ? "flat" : "growing")}"));
            foreach (var line in report.Wrong.Concat(report.Left))
                Console.WriteLine($"  {line}");
            return report.Wrong.Count + report.Left.Count == 0 ? 0 : 1;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static int Number(string[] arguments, int at, int otherwise) => arguments.Length > at ? int.Parse(arguments[at], CultureInfo.InvariantCulture) : otherwise;
}
