using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using WebStudio.Components.Access;
using WebStudio.Components.Creations;
using WebStudio.Gpu;
using WebStudio.Server.Access;
using WebStudio.Server.Audit;
using WebStudio.Server.Data;

namespace WebStudio.Server.Creations;

internal static partial class CreationFeature
{
    public static IServiceCollection AddCreations(this IServiceCollection services)
    {
        services.AddSingleton<CreationFiles>().AddSingleton<CreationFeed>();
        services.AddSingleton<ICreationWork, PortraitsWork>().AddSingleton<ICreationWork, PhotoEditWork>().AddSingleton<ICreationWork, EnhancementWork>().AddSingleton<ICreationWork, ComparisonWork>();
        services.AddSingleton<CreationService>().AddHostedService(provider => provider.GetRequiredService<CreationService>());
        services.AddSingleton<ICreations, CreationStore>();
        services.AddSingleton<CreationExport>();
        return services;
    }

    /// <summary>Pictures of a creation, to look at; what leaves the studio goes through exports.</summary>
    public static IEndpointRouteBuilder MapCreations(this IEndpointRouteBuilder app)
    {
        app.MapGet("/files/creations/{creation:guid}/{name}", async (Guid creation, string name, HttpContext http, IDbContextFactory<StudioDb> databases, CreationFiles files, AuditLog audit) =>
        {
            if (!PictureName().IsMatch(name))
                return Results.NotFound();
            await using var db = await databases.CreateDbContextAsync(http.RequestAborted);
            var row = await db.Creations.AsNoTracking().VisibleTo(Viewer.Of(http.User)).FirstOrDefaultAsync(c => c.Id == creation, http.RequestAborted);
            var path = row is null ? "" : Path.Combine(files.Folder(row), name);
            http.Response.Headers.CacheControl = "private, no-cache";
            http.Response.Headers.XContentTypeOptions = "nosniff";
            if (row is null || !File.Exists(path))
                return Results.NotFound();
            await audit.ViewedAsync(Viewer.Of(http.User), row.OwnerId, "creation", creation);
            return Results.File(path, Path.GetExtension(name) switch { ".png" => "image/png", ".jpg" => "image/jpeg", _ => "image/webp" }, lastModified: File.GetLastWriteTimeUtc(path));
        });
        app.MapGet("/files/creations/{creation:guid}/export.zip", async (Guid creation, bool? starred, bool? label, HttpContext http, CreationExport export) =>
        {
            try
            {
                return await export.ZipAsync(Viewer.Of(http.User), creation, starred == true, label == true) is var (bytes, name) ? Results.File(bytes, "application/zip", name) : Results.NotFound();
            }
            catch (InvalidInputException e)
            {
                return Results.Problem(e.Message, statusCode: StatusCodes.Status400BadRequest);
            }
        }).WithMetadata(new MakesPictures());
        app.MapGet("/files/creations/{creation:guid}/result-{n:int}", async (Guid creation, int n, bool? whole, bool? label, HttpContext http, CreationExport export) =>
        {
            try
            {
                return await export.ResultAsync(Viewer.Of(http.User), creation, n, whole == true, label == true) is var (bytes, name) ? Results.File(bytes, "image/png", name) : Results.NotFound();
            }
            catch (InvalidInputException e)
            {
                return Results.Problem(e.Message, statusCode: StatusCodes.Status400BadRequest);
            }
        }).WithMetadata(new MakesPictures());
        return app;
    }

    [GeneratedRegex(@"^[a-z0-9-]{1,60}\.(webp|png|jpg)$")]
    private static partial Regex PictureName();
}
