using System.CommandLine;
using System.Diagnostics;
using WebStudio.Components;
using WebStudio.Server.Backups;

namespace WebStudio.Server.Verbs.Backups;

/// <summary>backup verify: reads every byte of a back-up.</summary>
internal sealed class VerifyVerb : Verb
{
    private readonly Argument<string> _backup = new("BACKUP") { Description = "A back-up: one of the folders that backup made" };

    public VerifyVerb() : base("verify", "Read every byte of a back-up and compare it with what was backed up") => Add(_backup);

    protected override int Run(ParseResult arguments, VerbConsole console, CancellationToken stop)
    {
        var backup = arguments.GetRequiredValue(_backup);
        var manifest = BackupCheck.Verify(backup, Progress(console), stop);
        var bytes = manifest.Files.Sum(f => f.Bytes);
        console.Line($"{backup} is whole: {manifest.Files.Count} files, {FileSize.Say(bytes)}, made {manifest.Made:yyyy-MM-dd HH:mm} UTC by {manifest.Program}.");
        console.Answer(new { Backup = backup, Files = manifest.Files.Count, Bytes = bytes, manifest.Made, manifest.Program, manifest.Migration, manifest.Lost });
        return ExitCode.Ok;
    }

    /// <summary>Progress of reading and copying a back-up.</summary>
    public static IProgress<(string Stage, int Done, int Total)> Progress(VerbConsole console)
    {
        var clock = Stopwatch.StartNew();
        return new DirectProgress<(string Stage, int Done, int Total)>(now => console.Progress(new(now.Stage, "file", now.Done, now.Total, clock.Elapsed, [])));
    }
}
