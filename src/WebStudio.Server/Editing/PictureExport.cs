using System.Globalization;
using Microsoft.Extensions.Options;
using WebStudio.Components.Access;
using WebStudio.Gpu;
using WebStudio.Gpu.Applications;
using WebStudio.Gpu.Imaging;
using WebStudio.Gpu.Imaging.Provenance;
using WebStudio.Server.Albums;
using WebStudio.Server.Exports;

namespace WebStudio.Server.Editing;

/// <summary>The edited picture as a file, through the export gate: the face by itself, or put back into the whole photo.</summary>
internal sealed class PictureExport(ModelHost models, StartingPoints points, SavedEdits edits, ExportGate gate, PictureDecoding decoding, IOptions<AlbumOptions> options)
{
    /// <summary>What an export is asked.</summary>
    /// <param name="Start">Starting point: photo:3, portrait:17, creation:ID/0.</param>
    /// <param name="Values">Slider values, comma-separated, empty where untouched; null for none.</param>
    /// <param name="Format">png, jpeg or webp.</param>
    /// <param name="Whole">The whole photo with the face in it.</param>
    /// <param name="Label">Draw the visible label.</param>
    public sealed record Wish(string Start, string? Values, string Format, bool Whole, bool Label);

    /// <summary>Renders and encodes.</summary>
    /// <returns>The file with its media type and extension; null when there is no such version for this viewer.</returns>
    /// <exception cref="InvalidInputException">The wish cannot be met, or the gate is closed; the message says why.</exception>
    /// <exception cref="FormatException">A value is no number.</exception>
    public Task<(byte[] Bytes, string MediaType, string Extension)?> MakeAsync(Viewer viewer, Guid version, Wish wish) => MakeAsync(viewer, version, wish, null);

    /// <summary>A kept edit as it was kept: it may be approved where its version is not.</summary>
    /// <inheritdoc cref="MakeAsync(Viewer, Guid, Wish)"/>
    public async Task<(byte[] Bytes, string MediaType, string Extension)?> MakeEditAsync(Viewer viewer, Guid edit, string format, bool label)
    {
        if (await edits.FindAsync(viewer, edit) is not { } kept)
            return null;
        var values = string.Join(',', kept.Values.Select(v => double.IsNaN(v) ? "" : v.ToString("R", CultureInfo.InvariantCulture)));
        return await MakeAsync(viewer, kept.Version, new(kept.Start, values, format, false, label), edit);
    }

    private async Task<(byte[] Bytes, string MediaType, string Extension)?> MakeAsync(Viewer viewer, Guid version, Wish wish, Guid? edit)
    {
        if (await models.FolderAsync(viewer, version) is not { } folder)
            return null;
        var (kind, type, extension) = Format(wish.Format);
        var point = StartingPoint.Parse(wish.Start);
        var start = await points.FindAsync(viewer, version, point);
        if (wish.Whole && start.Photo is null)
            throw new InvalidInputException("There is no whole photo to put this face back into; open one with “Edit a photo”.");
        if (await gate.AskAsync(viewer, version, $"{(edit is null ? wish.Whole ? "edited photo" : "edited picture" : "kept edit")}, {wish.Format}", edit) is not { } permit)
            return null;
        double[] sliders = string.IsNullOrEmpty(wish.Values) ? [] : [.. wish.Values.Split(',').Select(v => v.Length == 0 ? double.NaN : double.Parse(v, NumberStyles.Float, CultureInfo.InvariantCulture))];
        var isPortrait = start.Photo is null && !point.IsPhoto;
        var (edited, unedited, provenance) = await models.WithAsync(folder, lease =>
        {
            using (lease)
            using (var session = start.Open(lease.Model, Math.Max(0, sliders.Length - lease.Model.Description.Attributes.Count)))
            {
                var coordinates = SliderValues.ToCoordinates(lease.Model, session, sliders);
                var provenance = permit.Provenance(isPortrait ? DigitalSource.TrainedAlgorithmicMedia : DigitalSource.CompositeWithTrainedAlgorithmicMedia, isPortrait ? "portrait" : "edit", lease.Model.Description.Base) with
                {
                    Seed = start.Seed,
                    PhotoSha256 = start.PhotoSha256,
                    Coordinates = lease.Model.Description.Attributes.Select((a, m) => (a, m)).ToDictionary(a => a.a.Name, a => a.a.Calibration.ToValue(a.m < coordinates.Length && double.IsFinite(coordinates[a.m]) ? coordinates[a.m] : session.Start[a.m])),
                };
                return (session.Render(coordinates), wish.Whole ? session.Render([.. session.Start]) : null, provenance);
            }
        });
        // Outside the device's thread: a large photo takes its time.
        byte[] Encode() => ExportPermit.Encode(unedited is null ? edited : PutBack(start.Photo!, edited, unedited), kind, provenance, wish.Label);
        var bytes = unedited is null ? await Task.Run(Encode) : await decoding.RunAsync(Encode);
        return (bytes, type, extension);
    }

    private RgbImage PutBack(WholePhoto photo, RgbImage edited, RgbImage unedited)
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        return new PutBack(ImageFile.Read(photo.Path, options.Value.Stored), photo.ToPhoto, edited.Width).Edit(edited.ToTensor().unsqueeze(0), unedited.ToTensor().unsqueeze(0));
    }

    private static (ImageFormat Kind, string Type, string Extension) Format(string format) => format switch
    {
        "png" => (ImageFormat.Png, "image/png", ".png"),
        "jpeg" => (ImageFormat.Jpeg, "image/jpeg", ".jpg"),
        "webp" => (ImageFormat.WebP, "image/webp", ".webp"),
        _ => throw new InvalidInputException($"'{format}' is no format; png, jpeg and webp are."),
    };
}
