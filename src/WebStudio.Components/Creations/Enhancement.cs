using WebStudio.Gpu.Applications;

namespace WebStudio.Components.Creations;

/// <summary>A damaged photo, to be made whole.</summary>
public sealed record EnhancementRequest : ICreationRequest
{
    /// <summary>Most results of one photo.</summary>
    public const int MostResults = 6;

    /// <inheritdoc/>
    public static CreationKind Kind => CreationKind.Enhancement;

    /// <summary>Name of the photo's file.</summary>
    public required string FileName { get; init; }

    /// <summary>What is wrong with it; of a missing part a mask comes as the second picture, white where it is missing.</summary>
    public required Damage Damage { get; init; }

    /// <summary>How much; see <see cref="DamageDescription"/>.</summary>
    public double Amount { get; init; }

    /// <summary>The photo is an aligned face already.</summary>
    public bool Aligned { get; init; }

    /// <summary>Wanted values, one list for every result; an empty list leaves everything to the photo.</summary>
    public IReadOnlyList<IReadOnlyList<WantedValue>> Results { get; init; } = [[]];

    /// <summary>λ: how much the wanted values count against the photo.</summary>
    public double Lambda { get; init; } = 1;

    /// <inheritdoc/>
    public string SuggestedName => $"{Path.GetFileNameWithoutExtension(FileName)}: {Say(Damage)}";

    /// <summary>What is done about a damage, in a word or two.</summary>
    public static string Say(Damage damage) => damage switch
    {
        Damage.Missing => "filled",
        Damage.Small => "enlarged",
        Damage.Blurred => "sharpened",
        Damage.Colourless => "coloured",
        _ => "repaired",
    };

    /// <inheritdoc/>
    public string? Refusal(CreationModel model)
    {
        if (Results.Count is < 1 or > MostResults)
            return $"Between 1 and {MostResults} results of a photo can be made at a time, not {Results.Count}.";
        if (Lambda is not (>= 0 and <= 100))
            return "How much the wanted values count goes from 0 to 100.";
        return Results.Select(wishes => WantedValue.Refusal(wishes, model) ?? (wishes.Any(w => w.Maximum > w.Minimum) ? "Give one value, not a range." : null)).FirstOrDefault(refusal => refusal is not null);
    }
}

/// <summary>One result.</summary>
/// <param name="Face">The face, as a file to look at.</param>
/// <param name="Whole">The whole photo with the face in it, without loss.</param>
/// <param name="Values">What is measured on the face, by attribute, in its unit.</param>
public sealed record EnhancedResult(string Face, string Whole, IReadOnlyDictionary<string, double> Values);

/// <summary>A photo that was made whole.</summary>
/// <param name="Observed">The face as it came.</param>
/// <param name="Results">In the order they were asked for.</param>
/// <param name="Factor">How many times larger a small face became; null for other damages.</param>
public sealed record EnhancementResult(string Observed, IReadOnlyList<EnhancedResult> Results, double? Factor);
