using WebStudio.Gpu.Personalization;

namespace WebStudio.Gpu.Evaluation;

/// <summary>How much attributes vary over the photos of a model: what changes of pictures are counted in.</summary>
public static class GallerySpread
{
    /// <summary>Standard deviations over the gallery, in the attributes' units; NaN where fewer than two photos have a value.</summary>
    public static IReadOnlyList<double> Deviations(ModelDescription description, IReadOnlyList<string> names) => [.. names.Select(name =>
    {
        var known = Known(description, name);
        return known.Length < 2 ? double.NaN : Math.Sqrt(known.Average(v => Math.Pow(v - known.Average(), 2)));
    })];

    /// <summary>The range from the 5th to the 95th percentile, in the attribute's unit; NaN where fewer than two photos have a value.</summary>
    public static double Span(ModelDescription description, string name)
    {
        var known = Known(description, name);
        return known.Length < 2 ? double.NaN : known[(int)(0.95 * (known.Length - 1))] - known[(int)(0.05 * (known.Length - 1))];
    }

    private static double[] Known(ModelDescription description, string name) => [.. description.Photos.Select(p => p.Attributes.GetValueOrDefault(name, double.NaN)).Where(double.IsFinite).Order()];
}
