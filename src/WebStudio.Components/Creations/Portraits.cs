namespace WebStudio.Components.Creations;

/// <summary>New portraits with chosen attributes.</summary>
public sealed record PortraitsRequest : ICreationRequest
{
    /// <summary>Most portraits of one request.</summary>
    public const int Most = 64;

    /// <summary>Steps of <see cref="Distance"/>.</summary>
    public const int MostDistance = 3;

    /// <inheritdoc/>
    public static CreationKind Kind => CreationKind.Portraits;

    /// <summary>Wanted values; attributes not named are free.</summary>
    public IReadOnlyList<WantedValue> Targets { get; init; } = [];

    /// <summary>How many, 1 to 64.</summary>
    public int Count { get; init; } = 12;

    /// <summary>Equal seeds give equal portraits.</summary>
    public int Seed { get; init; }

    /// <summary>How far from the album, 0 (between its photos) to 3: β of the dilated hull in hundredths.</summary>
    public int Distance { get; init; }

    /// <inheritdoc/>
    public string SuggestedName => Targets.Count == 0 ? $"{Count} portraits" : $"{Count} portraits: {string.Join(", ", Targets.Select(t => $"{AttributeNames.Of(t.Attribute).ToLowerInvariant()} {t.Say()}"))}";

    /// <inheritdoc/>
    public string? Refusal(CreationModel model) =>
        Count is < 1 or > Most ? $"Between 1 and {Most} portraits can be made at a time, not {Count}."
        : Distance is < 0 or > MostDistance ? $"The distance from the album goes from 0 to {MostDistance}, not {Distance}."
        : Seed < 0 ? "A seed is a number from 0 up."
        : WantedValue.Refusal(Targets, model);
}

/// <summary>A portrait that was made.</summary>
/// <param name="File">Its picture.</param>
/// <param name="Values">Where it lies along every attribute, in the attribute's unit.</param>
public sealed record Portrait(string File, IReadOnlyDictionary<string, double> Values);

/// <summary>Portraits that were made.</summary>
/// <param name="Portraits">In the order in which they were made.</param>
/// <param name="Missed">For attributes whose wanted value lies beyond what the album allows: in how many portraits it could not be met.</param>
public sealed record PortraitsResult(IReadOnlyList<Portrait> Portraits, IReadOnlyDictionary<string, int> Missed);
