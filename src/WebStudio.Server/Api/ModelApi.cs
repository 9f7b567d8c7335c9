using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using WebStudio.Components.Access;
using WebStudio.Components.Api;
using WebStudio.Components.Models;
using WebStudio.Gpu;
using WebStudio.Server.Access;
using WebStudio.Server.Data;

namespace WebStudio.Server.Api;

/// <summary>A model.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="AlbumId">Album it is made from.</param>
/// <param name="CurrentVersionId">The version that editors open; null before the first.</param>
internal sealed record ApiModel(Guid Id, string Name, Guid AlbumId, Guid? CurrentVersionId);

/// <summary>A trained state of a model.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="CreatedAt">When it was trained.</param>
/// <param name="Bytes">Size on disk.</param>
/// <param name="IsCurrent">Editors open it.</param>
/// <param name="Psnr">Mean of the photos' reconstructions, dB.</param>
/// <param name="Sliders">What can be controlled.</param>
internal sealed record ApiVersion(Guid Id, string Name, DateTimeOffset CreatedAt, long Bytes, bool IsCurrent, double Psnr, IReadOnlyList<ApiSlider> Sliders);

/// <summary>A slider of a version.</summary>
/// <param name="Attribute">What it changes.</param>
/// <param name="Unit">°, % or years; empty for tags.</param>
/// <param name="Minimum">Lower end.</param>
/// <param name="Maximum">Upper end.</param>
internal sealed record ApiSlider(string Attribute, string Unit, double Minimum, double Maximum);

internal static class ModelApi
{
    public static void MapModelApi(this RouteGroupBuilder group)
    {
        group.MapGet("/", ListAsync).For(ApiScopes.ModelsRead).WithSummary("Your models, newest first");
        group.MapGet("/{model:guid}/versions", VersionsAsync).For(ApiScopes.ModelsRead).WithSummary("Versions of a model, newest first, with their sliders");
        group.MapDelete("/{model:guid}", async Task<Results<NoContent, NotFound>> (Guid model, ClaimsPrincipal user, IModels models) => await models.FindAsync(Viewer.Of(user), model) is null ? TypedResults.NotFound() : Done(await models.DeleteAsync(Viewer.Of(user), model)))
            .For(ApiScopes.ModelsWrite).WithSummary("Put a model with its versions into the bin");
    }

    private static async Task<Ok<List<ApiModel>>> ListAsync(ClaimsPrincipal user, IDbContextFactory<StudioDb> databases, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        return TypedResults.Ok(await db.Models.AsNoTracking().VisibleTo(Viewer.Of(user)).OrderByDescending(m => m.CreatedAt).Select(m => new ApiModel(m.Id, m.Name, m.AlbumId, m.CurrentVersionId)).ToListAsync(cancel));
    }

    private static async Task<Results<Ok<List<ApiVersion>>, NotFound>> VersionsAsync(Guid model, ClaimsPrincipal user, IModels models) =>
        await models.FindAsync(Viewer.Of(user), model) is { } found ? TypedResults.Ok(found.Versions.Select(Of).ToList()) : TypedResults.NotFound();

    /// <exception cref="InvalidInputException">What speaks against it.</exception>
    private static NoContent Done(string? refusal) => refusal is null ? TypedResults.NoContent() : throw new InvalidInputException(refusal);

    private static ApiVersion Of(VersionView version) => new(version.Id, version.Name, version.CreatedAt, version.Bytes, version.IsCurrent, version.Report.Final.Psnr,
        [.. version.Report.Attributes.Select(a => new ApiSlider(a.Attribute, a.Unit, a.Minimum, a.Maximum))]);
}
