using System.CommandLine;
using WebStudio.Server.Backups;

namespace WebStudio.Server.Verbs.Backups;

/// <summary>restore: a data folder made of a back-up.</summary>
internal sealed class RestoreVerb : Verb
{
    private readonly Argument<string> _backup = new("BACKUP") { Description = "A back-up: one of the folders that backup made" };
    private readonly Option<string> _data = new("--data") { Description = "The data folder to be: empty, or not there yet", HelpName = "FOLDER", Required = true };

    public RestoreVerb() : base("restore", "Verify a back-up and make a data folder of it, for a server to be started on")
    {
        Add(_backup);
        Add(_data);
    }

    protected override int Run(ParseResult arguments, VerbConsole console, CancellationToken stop)
    {
        var (backup, data) = (arguments.GetRequiredValue(_backup), arguments.GetRequiredValue(_data));
        var manifest = BackupRestore.Restore(backup, data, VerifyVerb.Progress(console), stop);
        foreach (var lost in manifest.Lost)
            console.Note($"{lost} was missing already when the back-up was made.");
        console.Line($"{data} is as it was on {manifest.Made:yyyy-MM-dd HH:mm} UTC, {manifest.Files.Count} files. Start a server on it: serve --Storage:Root {data}");
        console.Answer(new { Backup = backup, Data = data, Files = manifest.Files.Count, manifest.Made, manifest.Lost });
        return ExitCode.Ok;
    }
}
