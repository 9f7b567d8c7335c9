using System.CommandLine;

namespace WebStudio.Server.Verbs.Models;

/// <summary>What report is asked.</summary>
/// <param name="Model">Folder of a personalised model.</param>
/// <param name="MyStyle">The same album personalised with --attributes none; null: the model is not compared.</param>
/// <param name="Base">Base folder whose boundaries InterFaceGAN edits with; null for the built-in base.</param>
/// <param name="HeldOut">Folder of photos that training did not see; null for none.</param>
/// <param name="Pca">The same album trained with directions from components of the anchors; null for none.</param>
/// <param name="Sefa">The same with components from SeFa; null for none.</param>
internal sealed record ReportRequest(string Model, string? MyStyle, string? Base, string? HeldOut, string? Pca = null, string? Sefa = null);

/// <summary>report: what a supervisor reads of a model.</summary>
internal sealed class ReportVerb : Verb
{
    private readonly VerbWork<ReportRequest> _work;
    private readonly Argument<string> _model = new("MODEL") { Description = "Folder of a personalised model" };
    private readonly Option<string?> _myStyle = new("--mystyle") { Description = "Compare with its peers: a model of the same album made with --attributes none", HelpName = "MODEL" };
    private readonly Option<string?> _base = new("--base") { Description = "Base folder with InterFaceGAN's boundaries (generator boundaries makes them); without it the built-in base", HelpName = "FOLDER" };
    private readonly Option<string?> _heldOut = new("--held-out") { Description = "Photos of the person that training did not see", HelpName = "FOLDER" };

    private readonly Option<string?> _pca = new("--pca") { Description = "Compare sources of the components: the album made with --axes combination", HelpName = "MODEL" };
    private readonly Option<string?> _sefa = new("--sefa") { Description = "The album made with --axes combination --components sefa", HelpName = "MODEL" };

    /// <param name="work">Measures and prints.</param>
    public ReportVerb(VerbWork<ReportRequest> work) : base("report", "Print a model's report: photos, time, reconstruction, identity, attributes; beside its peers with --mystyle")
    {
        _work = work;
        Add(_model);
        foreach (var option in (Option[])[_myStyle, _base, _heldOut, _pca, _sefa])
            Add(option);
    }

    /// <summary>The command line in one record.</summary>
    /// <exception cref="UsageException">An option makes no sense without another.</exception>
    internal ReportRequest Read(ParseResult arguments)
    {
        var request = new ReportRequest(arguments.GetRequiredValue(_model), arguments.GetValue(_myStyle), arguments.GetValue(_base), arguments.GetValue(_heldOut), arguments.GetValue(_pca), arguments.GetValue(_sefa));
        return request is { Base: not null, MyStyle: null } ? throw new UsageException("--base belongs to --mystyle: its boundaries move the peers.") : request;
    }

    protected override int Run(ParseResult arguments, VerbConsole console, CancellationToken stop) => _work(Read(arguments), console, stop);
}
