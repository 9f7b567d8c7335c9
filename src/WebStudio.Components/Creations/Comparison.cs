namespace WebStudio.Components.Creations;

/// <summary>The same photo and the same change, by every method.</summary>
public sealed record ComparisonRequest : ICreationRequest
{
    /// <inheritdoc/>
    public static CreationKind Kind => CreationKind.Comparison;

    /// <summary>Name of the photo's file.</summary>
    public required string FileName { get; init; }

    /// <summary>Wanted values, one column each.</summary>
    public required IReadOnlyList<WantedValue> Wanted { get; init; }

    /// <inheritdoc/>
    public string SuggestedName => $"{Path.GetFileNameWithoutExtension(FileName)}: {string.Join(", ", Wanted.Select(w => $"{AttributeNames.Of(w.Attribute).ToLowerInvariant()} {w.Say()}"))}";

    /// <inheritdoc/>
    public string? Refusal(CreationModel model) =>
        Wanted.Count == 0 ? "Choose what is to be changed."
        : WantedValue.Refusal(Wanted, model) ?? (Wanted.Any(w => w.Label is not null) ? "Methods are compared on what can be measured on pictures; a tag cannot." : Wanted.Any(w => w.Maximum > w.Minimum) ? "Give one value, not a range." : null);
}

/// <summary>One picture of a comparison.</summary>
/// <param name="File">The picture.</param>
/// <param name="Values">Every measured attribute, in its unit; NaN where no face can be measured.</param>
/// <param name="Identity">Cosine similarity of the face to the photo, −1 to 1.</param>
public sealed record ComparisonPicture(string File, IReadOnlyDictionary<string, double> Values, double Identity);

/// <summary>One method's row.</summary>
/// <param name="Method">The method.</param>
/// <param name="Unedited">As it shows the photo.</param>
/// <param name="Edited">One for every wanted value; null where it has no direction for the attribute.</param>
public sealed record ComparisonRow(string Method, ComparisonPicture Unedited, IReadOnlyList<ComparisonPicture?> Edited);

/// <summary>A comparison that was made.</summary>
/// <param name="Rows">One for every method.</param>
public sealed record ComparisonResult(IReadOnlyList<ComparisonRow> Rows);
