using System.Globalization;
using WebStudio.Server.Tests.Kills;

namespace WebStudio.Benchmarks.Kills;

/// <summary>kill [ROUNDS] [SEED]: kills a busy server again and again; ends with 1 where anything that it had said did not hold afterwards.</summary>
internal static class KillCommand
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        var (rounds, seed) = (Number(arguments, 0, 100), Number(arguments, 1, 1));
        var folder = Directory.CreateTempSubdirectory("webstudio-kill-");
        try
        {
            var report = await new KillRun(folder.FullName, seed, Console.Error.WriteLine).RunAsync(rounds);
            Console.WriteLine(FormattableString.Invariant($"{report.Kills} kills from seed {seed}, {report.WhileStarting} of them during the start: {report.Photos} photos taken in, {report.Deletions} deletions, {report.Trainings} trainings ended with a version, one with finished passes was under way at {report.Resumed} kills, {report.Swept} files were left and swept, {report.Wrong.Count} promises broken"));
            foreach (var line in report.Wrong)
                Console.WriteLine($"  {line}");
            return report.Wrong.Count == 0 ? 0 : 1;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static int Number(string[] arguments, int at, int otherwise) => arguments.Length > at ? int.Parse(arguments[at], CultureInfo.InvariantCulture) : otherwise;
}
