using System.Globalization;
using System.IO.Compression;
using WebStudio.Components.Access;
using WebStudio.Server.Access;
using WebStudio.Server.Audit;

namespace WebStudio.Server.Exports.Everything;

/// <summary>Everything that a user has, as one ZIP, for that user alone.</summary>
internal sealed class EverythingExport(IEnumerable<IEverythingPart> parts, AuditLog audit, TimeProvider time)
{
    private const string About = """
        Everything that this WebStudio keeps for your account.

        albums/     your photos as they are kept (upright, without what told where they were taken), what was found in them, and what you decided
        models/     your models; a version's folder is what `webstudio edit`, `synthesize` and the other verbs work with
        edits/      edits you kept, at full size, with their sliders
        creations/  new portraits, opened and repaired photos and comparisons, with the photos they came from
        account/    account, sessions, tokens (names, never secrets), jobs, reviews, notices, the bin, and the audit log as far as it is about you

        Pictures that were made with a model carry in their metadata how they were made. manifest.json names every file with its SHA-256.
        """;

    /// <summary>Writes the ZIP.</summary>
    /// <param name="viewer">Who asks, and whose things they are.</param>
    /// <param name="to">Written from front to back; half of it is no ZIP.</param>
    /// <param name="cancel">Breaks off: the receiver has gone.</param>
    public async Task WriteAsync(Viewer viewer, Stream to, CancellationToken cancel)
    {
        await audit.WriteAsync(viewer, AuditActions.Exported, "account", Guid.TryParse(viewer.UserId, out var id) ? id : Guid.Empty, "everything");
        await using var patient = new PatientStream(to);
        var zip = new EverythingZip(await ZipArchive.CreateAsync(patient, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, cancel), cancel);
        foreach (var part in parts)
            await part.AddAsync(viewer, zip, cancel);
        await zip.FinishAsync(About);
        await patient.FlushAsync(cancel);
    }

    /// <summary>Sends it while it is made.</summary>
    public async Task SendAsync(HttpContext http)
    {
        http.Response.ContentType = "application/zip";
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.ContentDisposition = string.Create(CultureInfo.InvariantCulture, $"attachment; filename=\"webstudio-{time.GetUtcNow():yyyy-MM-dd}.zip\"");
        try
        {
            await WriteAsync(Viewer.Of(http.User), http.Response.Body, http.RequestAborted);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Whoever asked has gone.
        }
    }
}

internal static class EverythingFeature
{
    public static IServiceCollection AddEverything(this IServiceCollection services) => services.AddSingleton<EverythingExport>()
        .AddSingleton<IEverythingPart, AlbumsPart>().AddSingleton<IEverythingPart, ModelsPart>().AddSingleton<IEverythingPart, EditsPart>().AddSingleton<IEverythingPart, CreationsPart>().AddSingleton<IEverythingPart, RecordsPart>();

    public static IEndpointRouteBuilder MapEverything(this IEndpointRouteBuilder app)
    {
        app.MapGet("/files/account/everything.zip", (HttpContext http, EverythingExport export) => export.SendAsync(http)).WithMetadata(new MakesPictures());
        return app;
    }
}
