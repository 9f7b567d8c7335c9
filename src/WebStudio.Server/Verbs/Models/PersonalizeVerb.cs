using System.CommandLine;
using WebStudio.Gpu;
using WebStudio.Server.Verbs.Options;

namespace WebStudio.Server.Verbs.Models;

/// <summary>personalize: an album goes in, a controllable model comes out.</summary>
internal sealed class PersonalizeVerb : Verb
{
    private const double DefaultMinutes = 8;

    private readonly VerbWork<PersonalizeRequest> _work;
    private readonly Argument<string> _album = new("ALBUM") { Description = "Folder of photos of one person" };
    private readonly Option<string> _out = new("--out") { Description = "Folder of the model to make", HelpName = "FOLDER", Required = true };
    private readonly Option<IReadOnlyList<string>> _attributes = AttributeOptions.Attributes();
    private readonly Option<IReadOnlyDictionary<string, int>> _levels = AttributeOptions.Levels();
    private readonly Option<double?> _minutes = NumberOption.Create("--minutes", $"Time budget; {DefaultMinutes} where neither this nor --passes is given", 0.1, 10_080.0);
    private readonly Option<int?> _passes = NumberOption.Create("--passes", "Passes over the album; with --minutes, whichever ends first", 1, 1_000_000);
    private readonly Option<bool> _curriculum = new("--curriculum") { Description = "Let attributes join one after another, as the published run does" };
    private readonly Option<double?> _lambda = NumberOption.Create("--lambda", "Weight of the anchor loss", 0.0, 100.0);
    private readonly Option<double?> _beta = NumberOption.Create("--beta", "Dilation of the hull of the anchors", 0.0, 1.0);
    private readonly Option<string> _axes = ChoiceOption.Create("--axes", "How directions are chosen: from what the base knows, as a combination of leading components, or as single components (the paper)", "prior", "combination", "component");
    private readonly Option<string> _components = ChoiceOption.Create("--components", "Where components come from: the anchors' PCA, or SeFa of the base; not for --axes prior", "anchors", "sefa");
    private readonly Option<int?> _seed = NumberOption.Create("--seed", "Seed of the photo order", 0, int.MaxValue);
    private readonly Option<bool> _resume = new("--resume") { Description = "Go on from the checkpoint that an interrupted run left beside --out" };
    private readonly Option<string?> _overrides = new("--overrides") { Description = "Your decisions on single photos", HelpName = "FILE" };
    private readonly Option<string?> _base = new("--base") { Description = "Base folder; without it the built-in base", HelpName = "FOLDER" };
    private readonly Option<string?> _lpipsBackbone = new("--lpips-backbone") { Description = "torchvision weights (AlexNet, SqueezeNet or VGG16) for LPIPS; without it the built-in face features are the perceptual distance", HelpName = "FILE" };
    private readonly Option<string?> _lpipsLinear = new("--lpips-linear") { Description = "LPIPS v0.1 weights that belong to --lpips-backbone", HelpName = "FILE" };
    private readonly Option<string> _device = DeviceOption.Create();

    /// <param name="work">Trains and saves.</param>
    public PersonalizeVerb(VerbWork<PersonalizeRequest> work) : base("personalize", "Make a controllable model of the person in an album")
    {
        _work = work;
        Add(_album);
        foreach (var option in (Option[])[_out, _attributes, _minutes, _passes, _levels, _curriculum, _lambda, _beta, _axes, _components, _seed, _resume, _overrides, _base, _lpipsBackbone, _lpipsLinear, _device])
            Add(option);
    }

    /// <summary>The command line in one record.</summary>
    /// <exception cref="UsageException">Two options contradict each other.</exception>
    internal PersonalizeRequest Read(ParseResult arguments)
    {
        var attributes = arguments.GetRequiredValue(_attributes);
        var levels = arguments.GetRequiredValue(_levels);
        if (levels.Keys.Except(attributes).FirstOrDefault() is { } stranger)
            throw new UsageException($"--levels: {stranger} is not among the --attributes.");
        var passes = arguments.GetValue(_passes);
        if (arguments.GetValue(_lpipsBackbone) is null != arguments.GetValue(_lpipsLinear) is null)
            throw new UsageException("--lpips-backbone and --lpips-linear belong together: give both or neither.");
        if (arguments.GetRequiredValue(_components) == "sefa" && arguments.GetRequiredValue(_axes) == "prior")
            throw new UsageException("--components sefa belongs to --axes combination or component: what the base knows is no component.");
        var minutes = arguments.GetValue(_minutes) ?? (passes is null ? DefaultMinutes : null);
        return new(
            arguments.GetRequiredValue(_album),
            arguments.GetRequiredValue(_out),
            attributes,
            levels,
            minutes is { } given ? TimeSpan.FromMinutes(given) : null,
            passes,
            arguments.GetValue(_curriculum),
            arguments.GetValue(_lambda),
            arguments.GetValue(_beta),
            arguments.GetRequiredValue(_axes),
            arguments.GetRequiredValue(_components),
            arguments.GetValue(_seed) ?? 0,
            arguments.GetValue(_resume),
            arguments.GetValue(_overrides),
            arguments.GetValue(_base),
            arguments.GetValue(_lpipsBackbone),
            arguments.GetValue(_lpipsLinear),
            arguments.GetRequiredValue(_device));
    }

    protected override int Run(ParseResult arguments, VerbConsole console, CancellationToken stop)
    {
        var request = Read(arguments);
        // Told now, not after minutes of training.
        if (Directory.Exists(request.Out) && Directory.EnumerateFileSystemEntries(request.Out).Any())
            throw new InvalidInputException($"{request.Out} exists and is not empty: name another folder, or remove it first.");
        return _work(request, console, stop);
    }
}
