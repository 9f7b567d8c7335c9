using System.CommandLine;

namespace WebStudio.Server.Verbs.Models;

/// <summary>report: what a supervisor reads of a model.</summary>
internal sealed class ReportVerb : Verb
{
    private readonly VerbWork<string> _work;
    private readonly Argument<string> _model = new("MODEL") { Description = "Folder of a personalised model" };

    /// <param name="work">Reads and prints the report of the model in the folder.</param>
    public ReportVerb(VerbWork<string> work) : base("report", "Print a model's report: photos, time, reconstruction, identity, attributes")
    {
        _work = work;
        Add(_model);
    }

    protected override int Run(ParseResult arguments, VerbConsole console, CancellationToken stop) => _work(arguments.GetRequiredValue(_model), console, stop);
}
