using System.Globalization;
using WebStudio.Gpu;

namespace WebStudio.Server.Editing;

/// <summary>What an edit starts from, as addresses and rows write it: photo:3 (the fourth photo of the album), portrait:17 (a new portrait by its seed), creation:ID/2 (the third result of a creation).</summary>
/// <param name="IsPhoto">True for a photo of the album.</param>
/// <param name="Number">Photo, seed, or result.</param>
/// <param name="Creation">The creation; null for photos of the album and seeds.</param>
internal readonly record struct StartingPoint(bool IsPhoto, int Number, Guid? Creation = null)
{
    private const string Photo = "photo", Portrait = "portrait", Made = "creation";

    /// <exception cref="InvalidInputException">It is none of these.</exception>
    public static StartingPoint Parse(string text)
    {
        switch (text.Split(':'))
        {
            case [Photo or Portrait, var number] when Read(number) is { } n:
                return new(text.StartsWith(Photo, StringComparison.Ordinal), n);
            case [Made, var place] when place.Split('/') is [var id, var number] && Guid.TryParse(id, out var creation) && Read(number) is { } n:
                return new(false, n, creation);
            default:
                throw new InvalidInputException($"'{text}' is no starting point; photo:3, portrait:17 and creation:ID/0 are.");
        }
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{(Creation is { } id ? $"{Made}:{id}/" : $"{(IsPhoto ? Photo : Portrait)}:")}{Number}");

    private static int? Read(string number) => int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : null;
}
