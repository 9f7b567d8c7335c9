using System.Globalization;

namespace WebStudio.Components.Creations;

/// <summary>A wanted value or range of an attribute.</summary>
/// <param name="Attribute">Name as files call it.</param>
/// <param name="Minimum">Least, in the attribute's unit.</param>
/// <param name="Maximum">Greatest; equal to the least for one value.</param>
/// <param name="Label">For tags: the wanted value in words; null for measured attributes.</param>
public sealed record WantedValue(string Attribute, double Minimum, double Maximum, string? Label = null)
{
    /// <summary>In words: 20, 60 to 80, or the tag's value.</summary>
    public string Say() => Label ?? (Maximum > Minimum ? $"{Number(Minimum)} to {Number(Maximum)}" : Number(Minimum));

    /// <summary>What is wrong with wishes as a sentence; null when a model can be asked for them.</summary>
    public static string? Refusal(IReadOnlyList<WantedValue> wishes, CreationModel model)
    {
        if (wishes.GroupBy(w => w.Attribute).FirstOrDefault(g => g.Count() > 1) is { } twice)
            return $"{AttributeNames.Of(twice.Key)} is wanted twice.";
        foreach (var wish in wishes)
        {
            if (model.Attributes.FirstOrDefault(a => a.Name == wish.Attribute) is not { } attribute)
                return $"This model does not control '{wish.Attribute}'; it controls {string.Join(", ", model.Attributes.Select(a => a.Name))}.";
            if (attribute.Labels.Count > 0 != wish.Label is not null || (wish.Label is { } label && !attribute.Labels.Contains(label)))
                return attribute.Labels.Count > 0 ? $"{AttributeNames.Of(wish.Attribute)} takes one of {string.Join(", ", attribute.Labels)}." : $"{AttributeNames.Of(wish.Attribute)} takes a number.";
            if (wish.Label is null && !(double.IsFinite(wish.Minimum) && double.IsFinite(wish.Maximum) && wish.Minimum <= wish.Maximum))
                return $"The range wanted of {AttributeNames.Of(wish.Attribute)} begins above its end.";
        }
        return null;
    }

    private static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}
