using System.CommandLine;
using System.Diagnostics;
using WebStudio.Components;
using WebStudio.Gpu;
using WebStudio.Server.Backups;
using WebStudio.Server.Data;
using WebStudio.Server.Storage;
using WebStudio.Server.Verbs.Options;

namespace WebStudio.Server.Verbs.Backups;

/// <summary>backup: a back-up of a data folder, whether a server works on it or not.</summary>
internal sealed class BackupVerb : Verb
{
    private readonly Option<string> _to = new("--to") { Description = "Folder that back-ups lie in; each gets a folder of its own", HelpName = "DIR", Required = true };
    private readonly Option<string> _data = new("--data") { Description = "The server's data folder (Storage:Root)", HelpName = "FOLDER", DefaultValueFactory = _ => new StorageOptions().Root };
    private readonly Option<int?> _keep = NumberOption.Create("--keep", "Back-ups that stay: older ones are removed once the new one is complete; all without it", 1, 10_000);
    private readonly Option<bool> _full = new("--full") { Description = "Copy everything anew instead of linking what the newest back-up has" };

    public BackupVerb() : base("backup", "Back a data folder up, also while a server works on it")
    {
        foreach (var option in (Option[])[_to, _data, _keep, _full])
            Add(option);
        Add(new VerifyVerb());
    }

    protected override int Run(ParseResult arguments, VerbConsole console, CancellationToken stop)
    {
        var data = arguments.GetRequiredValue(_data);
        var clock = Stopwatch.StartNew();
        using var services = File.Exists(Path.Combine(data, DataFolders.DatabaseFile)) ? DataFeature.OfFolder(data)
            : throw new InvalidInputException($"{data} holds no {DataFolders.DatabaseFile}: name the server's data folder with --data.");
        var progress = new DirectProgress<int>(files => console.Progress(new("backing up", "file", files, null, clock.Elapsed, [])));
        var report = ActivatorUtilities.CreateInstance<BackupMaker>(services).Make(new(arguments.GetRequiredValue(_to)), arguments.GetValue(_full), arguments.GetValue(_keep), progress, stop);
        foreach (var lost in report.Lost)
            console.Note($"A row names {lost}, which the data folder lacks: the back-up has it neither.");
        console.Line(FormattableString.Invariant($"{report.Folder}: {report.Files} files, {FileSize.Say(report.Bytes)}; {report.CopiedFiles} of them copied, {FileSize.Say(report.CopiedBytes)}; {report.Seconds:0.0} s"));
        console.Answer(report);
        return ExitCode.Ok;
    }
}
