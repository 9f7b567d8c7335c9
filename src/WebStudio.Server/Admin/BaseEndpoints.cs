using WebStudio.Components.Access;
using WebStudio.Components.Admin;
using WebStudio.Gpu;
using WebStudio.Server.Access;

namespace WebStudio.Server.Admin;

internal static class BaseEndpoints
{
    public static void MapBases(this IEndpointRouteBuilder app) =>
        app.MapPost(IBaseAdministration.ImportAddress, ImportAsync)
            .RequireAuthorization(Policies.Admin)
            .AddEndpointFilter<RequireSameOrigin>()
            .DisableAntiforgery()
            .WithMetadata(new Microsoft.AspNetCore.Mvc.DisableRequestSizeLimitAttribute()); // networks are large: the importer counts against its own limit

    private static async Task<IResult> ImportAsync(string? name, string? file, string? licence, bool? accepted, string? sha256, HttpContext context, BaseImporter importer)
    {
        try
        {
            var model = await importer.ImportAsync(new(name ?? "", file ?? "", licence ?? "", accepted ?? false, sha256), context.Request.Body, Viewer.Of(context.User).UserId, context.RequestAborted);
            return TypedResults.Ok(new { model.Id, model.Name, model.Resolution, model.Sha256 });
        }
        catch (InvalidInputException error)
        {
            return TypedResults.BadRequest(new { Error = error.Message });
        }
    }
}
