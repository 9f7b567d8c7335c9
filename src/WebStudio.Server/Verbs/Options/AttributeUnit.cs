using System.Globalization;
using WebStudio.Gpu.Faces;

namespace WebStudio.Server.Verbs.Options;

/// <summary>How an attribute's values are written on the command line.</summary>
/// <param name="Name">degrees, percent, years.</param>
/// <param name="Spellings">What may follow a number; the first is how it is printed.</param>
/// <param name="Least">Smallest value that makes sense.</param>
/// <param name="Most">Largest value that makes sense.</param>
internal sealed record AttributeUnit(string Name, IReadOnlyList<string> Spellings, double Least, double Most)
{
    private static readonly AttributeUnit Degrees = new("degrees", ["°", "degrees", "deg"], -90, 90);
    private static readonly AttributeUnit Percent = new("percent", ["%"], 0, 100);
    private static readonly AttributeUnit Years = new("years", ["years", "y"], 0, 120);

    /// <summary>The unit of an attribute.</summary>
    public static AttributeUnit Of(FaceAttribute attribute) => attribute switch
    {
        FaceAttribute.Yaw or FaceAttribute.Pitch or FaceAttribute.Roll => Degrees,
        FaceAttribute.Age => Years,
        _ => Percent,
    };

    /// <summary>Reads 20, 20°, -7.5deg, 80%, 35years.</summary>
    /// <param name="text">The value as typed.</param>
    /// <param name="value">In the unit, within its range.</param>
    /// <returns>False where it is no number, has another unit or lies outside the range.</returns>
    public bool TryRead(string text, out double value)
    {
        var number = text.Trim();
        if (Spellings.FirstOrDefault(spelling => number.EndsWith(spelling, StringComparison.OrdinalIgnoreCase)) is { } unit)
            number = number[..^unit.Length].TrimEnd();
        return double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && value >= Least && value <= Most;
    }

    /// <summary>What is accepted, for messages: "degrees from -90 to 90, as in 20 or 20°".</summary>
    public string Accepted => string.Create(CultureInfo.InvariantCulture, $"{Name} from {Least} to {Most}, as in 20 or 20{Spellings[0]}");
}
