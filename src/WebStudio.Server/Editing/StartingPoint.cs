using System.Globalization;
using WebStudio.Gpu;
using WebStudio.Gpu.Applications;
using WebStudio.Gpu.Personalization;

namespace WebStudio.Server.Editing;

/// <summary>What an edit starts from, as addresses and rows write it: photo:3 (the fourth photo of the album) or portrait:17 (a new portrait by its seed).</summary>
internal readonly record struct StartingPoint(bool IsPhoto, int Number)
{
    private const string Photo = "photo", Portrait = "portrait";

    /// <exception cref="InvalidInputException">It is neither.</exception>
    public static StartingPoint Parse(string text) =>
        text.Split(':') is [Photo or Portrait, var number] && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var n)
            ? new(text.StartsWith(Photo, StringComparison.Ordinal), n)
            : throw new InvalidInputException($"'{text}' is no starting point; photo:3 and portrait:17 are.");

    /// <summary>Opens a session on the device thread.</summary>
    /// <exception cref="InvalidInputException">The model has no such photo.</exception>
    public EditSession Open(PersonalizedModel model, int freeComponents) =>
        IsPhoto ? EditSession.FromPhoto(model, Number, freeComponents) : EditSession.FromSeed(model, Number, freeComponents);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{(IsPhoto ? Photo : Portrait)}:{Number}");
}
