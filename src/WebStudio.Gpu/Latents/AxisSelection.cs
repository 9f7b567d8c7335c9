using System.Text.Json.Serialization;

namespace WebStudio.Gpu.Latents;

/// <summary>What kind of direction an attribute gets.</summary>
public enum AxisKind
{
    /// <summary>
    /// The leading components weighted by their correlation with the attribute, made orthogonal to the directions already chosen
    /// (akin to partial least squares). The default: on messy albums single components mix attributes or are noise.
    /// </summary>
    LeadingCombination,

    /// <summary>
    /// What the base generator knows of the attribute (<see cref="AttributePrior"/>), made orthogonal to the directions already chosen and held fixed while
    /// the anchors come to it; an attribute the base was not measured for falls back on <see cref="LeadingCombination"/>.
    /// </summary>
    Prior,

    /// <summary>The paper's choice: d_m = argmin of L_d over the components not yet used.</summary>
    Component,
}

/// <summary>Where the components V come from that directions are made of.</summary>
public enum ComponentSource
{
    /// <summary>Principal components of the anchors, followed while these move (the paper).</summary>
    Anchors,

    /// <summary>SeFa's leading directions of the base generator, which stay as they are: what moves its styles most.</summary>
    SeFa,
}

/// <summary>How directions are chosen (method sections 4 and 9).</summary>
public sealed record AxisSelection
{
    /// <summary>Kind of direction.</summary>
    public AxisKind Kind { get; init; } = AxisKind.LeadingCombination;

    /// <summary>Source of the components; <see cref="AxisKind.Prior"/> does without.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] // checkpoints of before it was there stay theirs
    public ComponentSource Source { get; init; }

    /// <summary>For <see cref="AxisKind.Component"/>: the competition's criterion.</summary>
    public ComponentCriterion Criterion { get; init; } = ComponentCriterion.Published;

    /// <summary>For <see cref="AxisKind.Component"/>: only this many leading components compete; null for all.</summary>
    public int? Candidates { get; init; }

    /// <summary>For <see cref="AxisKind.LeadingCombination"/>: number of leading components combined.</summary>
    public int Leading { get; init; } = 12;

    /// <summary>
    /// For <see cref="AxisKind.LeadingCombination"/>: weights are correlation · (singular value)^power. 0 weighs by correlation alone; 1 is partial least
    /// squares, which prefers what varies much; −1 is least squares, which fits the attribute best and follows noise most.
    /// </summary>
    public double DeviationPower { get; init; }
}
