using Microsoft.EntityFrameworkCore;
using WebStudio.Components.Access;
using WebStudio.Components.Models;
using WebStudio.Server.Access;
using WebStudio.Server.Audit;
using WebStudio.Server.Data;

namespace WebStudio.Server.Models;

internal static class ModelFeature
{
    public static IServiceCollection AddModels(this IServiceCollection services)
    {
        services.AddSingleton<ModelFiles>();
        services.AddSingleton<IModels, ModelService>();
        return services;
    }

    /// <summary>Pictures of a version: preview/… (strips and reconstructions) and album/… (the photos it was trained on).</summary>
    public static IEndpointRouteBuilder MapModels(this IEndpointRouteBuilder app)
    {
        app.MapGet("/files/versions/{version:guid}/{kind}/{name}", async (Guid version, string kind, string name, HttpContext http, IDbContextFactory<StudioDb> databases, ModelFiles files, AuditLog audit) =>
        {
            await using var db = await databases.CreateDbContextAsync(http.RequestAborted);
            var row = kind is "preview" or "album" && name == Path.GetFileName(name)
                ? await db.Versions.AsNoTracking().VisibleTo(Viewer.Of(http.User)).FirstOrDefaultAsync(v => v.Id == version, http.RequestAborted)
                : null;
            var path = row is null ? "" : Path.Combine(files.Version(row), kind, name);
            if (row is null || !File.Exists(path))
                return Results.NotFound();
            await audit.ViewedAsync(Viewer.Of(http.User), row.OwnerId, "model", row.ModelId);
            http.Response.Headers.CacheControl = "private, max-age=31536000, immutable"; // a version never changes
            return Results.File(path, Path.GetExtension(name) == ".png" ? "image/png" : "image/webp");
        });
        // The study of a version as JSON, NaN where something could not be measured.
        app.MapGet("/files/versions/{version:guid}/study.json", async (Guid version, HttpContext http, IDbContextFactory<StudioDb> databases, ModelFiles files, AuditLog audit) =>
        {
            await using var db = await databases.CreateDbContextAsync(http.RequestAborted);
            var row = await db.Versions.AsNoTracking().VisibleTo(Viewer.Of(http.User)).FirstOrDefaultAsync(v => v.Id == version, http.RequestAborted);
            if (row is null || !File.Exists(files.Study(row)))
                return Results.NotFound();
            await audit.ViewedAsync(Viewer.Of(http.User), row.OwnerId, "report", version);
            return Results.File(files.Study(row), "application/json", $"{row.Name}.json");
        });
        return app;
    }
}
