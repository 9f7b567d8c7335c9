namespace WebStudio.Server.Verbs.Models;

/// <summary>What personalize is asked; null stands for the engine's own default.</summary>
/// <param name="Album">Folder of photos.</param>
/// <param name="Out">Folder of the model: not there yet or empty.</param>
/// <param name="Attributes">Names in the user's order, each once.</param>
/// <param name="Levels">Quantised levels of some of the attributes.</param>
/// <param name="Budget">Wall-clock time; null where passes alone decide.</param>
/// <param name="Passes">Passes over the album; null where time decides.</param>
/// <param name="Curriculum">Attributes join one after another.</param>
/// <param name="Lambda">λ_anc.</param>
/// <param name="Beta">β of the dilated hull.</param>
/// <param name="Axes">prior, combination or component.</param>
/// <param name="Components">anchors or sefa.</param>
/// <param name="Seed">Seed of the photo order.</param>
/// <param name="Resume">Go on from the checkpoint beside <paramref name="Out"/>.</param>
/// <param name="Overrides">File with the user's decisions on photos.</param>
/// <param name="Base">Base folder; null for the built-in base.</param>
/// <param name="LpipsBackbone">torchvision file of the LPIPS backbone; null for the built-in face features.</param>
/// <param name="LpipsLinear">File of LPIPS v0.1's linear weights; given exactly where the backbone is.</param>
/// <param name="Device">auto, cpu or cuda.</param>
internal sealed record PersonalizeRequest(
    string Album,
    string Out,
    IReadOnlyList<string> Attributes,
    IReadOnlyDictionary<string, int> Levels,
    TimeSpan? Budget,
    int? Passes,
    bool Curriculum,
    double? Lambda,
    double? Beta,
    string Axes,
    string Components,
    int Seed,
    bool Resume,
    string? Overrides,
    string? Base,
    string? LpipsBackbone,
    string? LpipsLinear,
    string Device);
