using Microsoft.AspNetCore.Http.Features;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using WebStudio.Components.Access;
using WebStudio.Server.Access;
using WebStudio.Server.Data;

namespace WebStudio.Server.Albums;

/// <summary>Photos over HTTP: one file as the body of a request in, pictures out.</summary>
internal static class PhotoEndpoints
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPost("/api/albums/{album:guid}/photos", UploadAsync).AddEndpointFilter<RequireSameOrigin>();
        app.MapGet("/files/albums/{album:guid}/photos/{photo:guid}/{kind}", PictureAsync);
    }

    private static async Task<IResult> UploadAsync(Guid album, string name, HttpContext http, IDbContextFactory<StudioDb> databases, PhotoStore store, IOptions<AlbumOptions> options)
    {
        Album? target;
        await using (var db = await databases.CreateDbContextAsync(http.RequestAborted))
            target = await db.Albums.AsNoTracking().ChangeableBy(Viewer.Of(http.User)).FirstOrDefaultAsync(a => a.Id == album, http.RequestAborted);
        if (target is null)
            return Results.NotFound();
        // The store counts while it reads and answers in words; the server's own limit would cut the connection.
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = Math.Max(options.Value.MaxFileBytes * 2, 1 << 20);
        var added = await store.AddAsync(target, name, http.Request.Body, http.RequestAborted);
        return added.Outcome == "refused" ? Results.Json(added, statusCode: StatusCodes.Status422UnprocessableEntity) : Results.Json(added);
    }

    private static async Task<IResult> PictureAsync(Guid album, Guid photo, string kind, HttpContext http, IDbContextFactory<StudioDb> databases, PhotoFiles files)
    {
        await using var db = await databases.CreateDbContextAsync(http.RequestAborted);
        var owner = await db.Albums.AsNoTracking().VisibleTo(Viewer.Of(http.User)).FirstOrDefaultAsync(a => a.Id == album, http.RequestAborted);
        if (owner is null || await db.Photos.AsNoTracking().FirstOrDefaultAsync(p => p.Id == photo && p.AlbumId == album, http.RequestAborted) is not { } row)
            return Results.NotFound();
        var (path, type) = kind switch
        {
            "thumb" => (files.Thumb(owner, photo), "image/webp"),
            "face" => (files.Face(owner, photo), "image/webp"),
            "full" => (files.Original(owner, row), row.ContentType),
            _ => ("", ""),
        };
        if (!File.Exists(path))
            return Results.NotFound();
        // A photo never changes; the face cut out of it does, with a new address for every curation.
        http.Response.Headers.CacheControl = "private, max-age=31536000, immutable";
        return Results.File(path, type, entityTag: new EntityTagHeaderValue($"\"{row.Sha256[..16]}-{kind}-{new FileInfo(path).LastWriteTimeUtc.Ticks:x}\""), enableRangeProcessing: true);
    }
}
