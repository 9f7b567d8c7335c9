using WebStudio.Gpu.Latents;

namespace WebStudio.Gpu.Personalization;

/// <summary>What is known of an attribute by its name: unit and how its values become levels. Anything that is not measured is a tag of the user's.</summary>
/// <param name="Unit">°, %, years; empty for tags.</param>
/// <param name="Levels">Levels as the published code has them, where it has.</param>
public sealed record AttributeKind(string Unit, LevelOptions Levels)
{
    /// <summary>Kind of an attribute.</summary>
    public static AttributeKind Of(string name) => name switch
    {
        "yaw" or "pitch" or "roll" => new("°", LevelOptions.Bins(5)),
        "age" => new("years", LevelOptions.Bins(2)),
        "smile" or "mouth" or "eyes" => new("%", new LevelOptions()),
        _ => new("", LevelOptions.Categories),
    };

    /// <summary>Levels for an album.</summary>
    /// <param name="request">The attribute, with the number of levels the user wants, if any.</param>
    /// <param name="values">One value a photo.</param>
    /// <exception cref="InvalidInputException">No photo has a value, or all have the same.</exception>
    public static AttributeLevels Quantise(AttributeRequest request, double[] values)
    {
        var levels = Of(request.Name).Levels;
        if (request.Levels is { } count && !levels.Discrete)
            levels = levels with { Width = null, Count = count, MinPhotos = 1 };
        var quantised = AttributeLevels.Quantise(request.Name, values, levels);
        return quantised.LevelValues.Count > 1
            ? quantised
            : throw new InvalidInputException($"All photos have the same {request.Name}: there is nothing to learn it from. Add photos that differ in it, or leave it out.");
    }
}
