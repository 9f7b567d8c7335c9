using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using WebStudio.Components.Access;
using WebStudio.Components.Albums;
using WebStudio.Components.Api;
using WebStudio.Gpu.Faces.Curation;
using WebStudio.Server.Access;
using WebStudio.Server.Albums;

namespace WebStudio.Server.Api;

/// <summary>An album.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Person">Who is shown.</param>
/// <param name="Photos">Photos in it.</param>
/// <param name="Used">Photos that go into a model.</param>
/// <param name="MayTrain">Whether a consent holds.</param>
internal sealed record ApiAlbum(Guid Id, string Name, string Person, int Photos, int Used, bool MayTrain);

/// <summary>A photo and what was found in it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">File name.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Verdict">used, no_face, other_person …; null while it was not looked at.</param>
/// <param name="Reason">The verdict in a sentence.</param>
/// <param name="Attributes">Measured values: yaw and pitch in degrees, smile in per cent, age in years.</param>
internal sealed record ApiPhoto(Guid Id, string Name, int Width, int Height, string? Verdict, string Reason, IReadOnlyDictionary<string, double> Attributes);

/// <summary>A new album.</summary>
/// <param name="Name">1 to 100 characters.</param>
/// <param name="Person">1 to 100 characters.</param>
/// <param name="Consent">Who agreed to what; null while nobody has: training is then refused.</param>
internal sealed record ApiNewAlbum(string Name, string Person, ApiConsent? Consent);

/// <summary>Who agreed.</summary>
/// <param name="GivenBy">Name.</param>
/// <param name="Scope">To what.</param>
/// <param name="Until">Last day; null without an end.</param>
internal sealed record ApiConsent(string GivenBy, string Scope, DateOnly? Until);

internal static class AlbumApi
{
    public static void MapAlbumApi(this RouteGroupBuilder group)
    {
        group.MapGet("/", async (ClaimsPrincipal user, IAlbums albums) => TypedResults.Ok((await albums.ListAsync(Viewer.Of(user))).Select(Of).ToList())).For(ApiScopes.AlbumsRead).WithSummary("Your albums, newest first");
        group.MapPost("/", CreateAsync).For(ApiScopes.AlbumsWrite).WithSummary("Make an album");
        group.MapGet("/{album:guid}", FindAsync).For(ApiScopes.AlbumsRead).WithSummary("One album");
        group.MapDelete("/{album:guid}", DeleteAsync).For(ApiScopes.AlbumsWrite).WithSummary("Put an album with its models into the bin");
        group.MapGet("/{album:guid}/photos", PhotosAsync).For(ApiScopes.AlbumsRead).WithSummary("Its photos with what was found in them");
        group.MapPost("/{album:guid}/photos", PhotoEndpoints.UploadAsync).For(ApiScopes.AlbumsWrite).WithMetadata(new TakesPictures()).Accepts<byte[]>("application/octet-stream").WithSummary("Add a photo: its bytes as the body, its file name as ?name=");
        group.MapGet("/{album:guid}/photos/{photo:guid}/{kind:regex(^(thumb|full|face)$)}", PhotoEndpoints.FileAsync).For(ApiScopes.AlbumsRead).WithSummary("A photo as a file: thumb, full, or the face cut out");
        group.MapPost("/{album:guid}/photos/{photo:guid}/decision", DecideAsync).For(ApiScopes.AlbumsWrite).WithSummary("Replace what you decided on a photo: any of use, face, attributes, tags, crop, as in an overrides file; {} takes it back");
        group.MapDelete("/{album:guid}/photos/{photo:guid}", DeletePhotoAsync).For(ApiScopes.AlbumsWrite).WithSummary("Remove a photo");
    }

    private static async Task<Created<ApiAlbum>> CreateAsync(ApiNewAlbum album, ClaimsPrincipal user, IAlbums albums)
    {
        var viewer = Viewer.Of(user);
        var id = await albums.CreateAsync(viewer, new(album.Name ?? "", album.Person ?? "", album.Consent is { } c ? new(c.GivenBy ?? "", c.Scope ?? "", c.Until) : null));
        return TypedResults.Created($"{ApiFeature.Root}/albums/{id}", await CardAsync(viewer, id, albums));
    }

    private static async Task<Results<Ok<ApiAlbum>, NotFound>> FindAsync(Guid album, ClaimsPrincipal user, IAlbums albums) =>
        await CardAsync(Viewer.Of(user), album, albums) is { } found ? TypedResults.Ok(found) : TypedResults.NotFound();

    private static async Task<Results<NoContent, NotFound>> DeleteAsync(Guid album, ClaimsPrincipal user, IAlbums albums)
    {
        var viewer = Viewer.Of(user);
        if (await albums.FindAsync(viewer, album) is null)
            return TypedResults.NotFound();
        await albums.DeleteAsync(viewer, album);
        return TypedResults.NoContent();
    }

    private static async Task<Results<Ok<List<ApiPhoto>>, NotFound>> PhotosAsync(Guid album, ClaimsPrincipal user, IAlbums albums)
    {
        var viewer = Viewer.Of(user);
        return await albums.FindAsync(viewer, album) is null ? TypedResults.NotFound() : TypedResults.Ok((await albums.PhotosAsync(viewer, album)).Select(Of).ToList());
    }

    private static async Task<Results<NoContent, NotFound>> DeletePhotoAsync(Guid album, Guid photo, ClaimsPrincipal user, IAlbums albums)
    {
        var viewer = Viewer.Of(user);
        if (!(await albums.PhotosAsync(viewer, album)).Any(p => p.Id == photo))
            return TypedResults.NotFound();
        await albums.DeletePhotoAsync(viewer, photo);
        return TypedResults.NoContent();
    }

    private static async Task<Results<NoContent, NotFound>> DecideAsync(Guid album, Guid photo, JsonElement decision, ClaimsPrincipal user, IAlbums albums)
    {
        var viewer = Viewer.Of(user);
        if ((await albums.PhotosAsync(viewer, album)).FirstOrDefault(p => p.Id == photo) is not { } found)
            return TypedResults.NotFound();
        await albums.DecideAsync(viewer, photo, PhotoOverride.Parse(decision.GetRawText(), found.Name));
        return TypedResults.NoContent();
    }

    private static async Task<ApiAlbum?> CardAsync(Viewer viewer, Guid id, IAlbums albums) => await albums.CardAsync(viewer, id) is { } card ? Of(card) : null;

    private static ApiAlbum Of(AlbumCard card) => new(card.Id, card.Name, card.Person, card.Photos, card.Used, card.ConsentHolds);

    private static ApiPhoto Of(PhotoView photo) => new(photo.Id, photo.Name, photo.Width, photo.Height, ApiWords.Of(photo.Verdict), photo.Reason,
        photo.Attributes.Where(a => a.Value.Confidence > 0 && double.IsFinite(a.Value.Value)).ToDictionary(a => ApiWords.Of(a.Key), a => a.Value.Value));
}
