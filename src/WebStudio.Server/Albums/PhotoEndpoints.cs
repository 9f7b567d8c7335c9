using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WebStudio.Components.Access;
using WebStudio.Gpu;
using WebStudio.Server.Access;
using WebStudio.Server.Audit;
using WebStudio.Server.Data;

namespace WebStudio.Server.Albums;

/// <summary>Photos over HTTP: up as the body of a request of its own, down by address.</summary>
internal static class PhotoEndpoints
{
    public static void MapPhotos(this IEndpointRouteBuilder app)
    {
        app.MapPost("/api/albums/{album:guid}/photos", UploadAsync).AddEndpointFilter<RequireSameOrigin>().WithMetadata(new TakesPictures());
        app.MapGet("/files/albums/{album:guid}/photos/{photo:guid}/{kind:regex(^(thumb|full|face)$)}", FileAsync);
    }

    internal static async Task<Results<Ok<UploadAnswer>, UnprocessableEntity<UploadAnswer>, NotFound>> UploadAsync(
        Guid album, string? name, HttpContext http, IDbContextFactory<StudioDb> databases, PhotoStore store, IOptions<AlbumOptions> options, CancellationToken cancel)
    {
        Album? target;
        await using (var db = await databases.CreateDbContextAsync(cancel))
            target = await db.Albums.AsNoTracking().ChangeableBy(Viewer.Of(http.User)).SingleOrDefaultAsync(a => a.Id == album, cancel);
        if (target is null)
            return TypedResults.NotFound();
        // Well above the limit, so that it is the store that says no, in a sentence that arrives: the server's own limit cuts the connection.
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } body)
            body.MaxRequestBodySize = options.Value.MaxFileBytes * 2;
        try
        {
            var added = await store.AddAsync(target, name ?? "", http.Request.Body, cancel);
            return TypedResults.Ok(new UploadAnswer(added.IsDuplicate ? "duplicate" : "added", added.PhotoId, added.FileName, null));
        }
        catch (InvalidInputException e)
        {
            return TypedResults.UnprocessableEntity(new UploadAnswer("refused", null, PhotoName.Clean(name ?? ""), e.Message));
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return TypedResults.UnprocessableEntity(new UploadAnswer("refused", null, PhotoName.Clean(name ?? ""), $"{PhotoName.Clean(name ?? "")} is larger than {options.Value.MaxFileMegabytes} MB, the most that is accepted for one photo."));
        }
    }

    internal static async Task<Results<PhysicalFileHttpResult, NotFound>> FileAsync(
        Guid album, Guid photo, string kind, ClaimsPrincipal user, HttpResponse response, IDbContextFactory<StudioDb> databases, PhotoPictures pictures, AuditLog audit, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        var found = await db.Albums.AsNoTracking().VisibleTo(Viewer.Of(user)).Where(a => a.Id == album).SelectMany(a => a.Photos).Include(p => p.Album).SingleOrDefaultAsync(p => p.Id == photo, cancel);
        if (found is null || await pictures.FindAsync(found, kind, cancel) is not { } picture)
            return TypedResults.NotFound();
        if (kind == "full") // the small ones are what lists show
            await audit.ViewedAsync(Viewer.Of(user), found.Album!.OwnerId, "album", album);
        // Photo and thumbnail never change under their address; the cut-out does, with every decision.
        response.Headers.CacheControl = kind == "face" ? "private, no-cache" : string.Create(CultureInfo.InvariantCulture, $"private, max-age={24 * 3600}");
        response.Headers.XContentTypeOptions = "nosniff";
        return TypedResults.PhysicalFile(picture.Path, picture.MediaType, entityTag: new($"\"{picture.Tag}\""));
    }

    /// <summary>What the page's upload is answered.</summary>
    /// <param name="Status">added, duplicate or refused.</param>
    /// <param name="Photo">The photo, where it is in the album now.</param>
    /// <param name="Name">Its name there.</param>
    /// <param name="Reason">Why it was refused, in a sentence.</param>
    internal sealed record UploadAnswer(string Status, Guid? Photo, string Name, string? Reason);
}
