using WebStudio.Components;
using WebStudio.Gpu;
using WebStudio.Gpu.Applications;
using WebStudio.Gpu.Personalization;

namespace WebStudio.Server.Editing;

/// <summary>Between sliders (attributes in their units, free components as they are) and coordinates.</summary>
internal static class SliderValues
{
    public static IReadOnlyList<SliderInfo> Attributes(PersonalizedModel model, EditSession session) => [.. model.Description.Attributes.Select((a, m) =>
    {
        var (low, high) = a.Range;
        return new SliderInfo(a.Name, AttributeNames.Of(a.Name), a.Unit, low, high, a.Calibration.ToValue(session.Start[m]),
            [.. model.Description.Photos.Select(p => p.Attributes[a.Name]).Where(double.IsFinite)], a.Labels ?? []);
    })];

    public static IReadOnlyList<SliderInfo> Free(EditSession session, int attributes) => [.. session.Free.Minimum.Select((low, k) =>
        new SliderInfo($"free{k + 1}", $"Component {k + 1}", "", low, session.Free.Maximum[k], session.Start[attributes + k], [], []))];

    /// <summary>Coordinates of slider values; NaN stays NaN, and what is left out at the end is untouched.</summary>
    /// <exception cref="InvalidInputException">More values than sliders, or a value beyond all measure.</exception>
    public static double[] ToCoordinates(PersonalizedModel model, EditSession session, IReadOnlyList<double> values)
    {
        if (values.Count > session.Start.Count || values.Any(double.IsInfinity))
            throw new InvalidInputException($"{values.Count} slider values were sent; this model has {session.Start.Count} sliders with finite values.");
        var attributes = model.Description.Attributes;
        return [.. Enumerable.Range(0, session.Start.Count).Select(i =>
            i >= values.Count || double.IsNaN(values[i]) ? double.NaN : i < attributes.Count ? attributes[i].Calibration.ToCoordinate(values[i]) : Math.Clamp(values[i], 3 * Math.Min(-1, session.Free.Minimum[i - attributes.Count]), 3 * Math.Max(1, session.Free.Maximum[i - attributes.Count])))];
    }
}
