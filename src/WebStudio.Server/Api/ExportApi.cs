using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using WebStudio.Components.Access;
using WebStudio.Components.Api;
using WebStudio.Server.Access;
using WebStudio.Server.Editing;

namespace WebStudio.Server.Api;

/// <summary>A kept edit.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">As its owner calls it.</param>
/// <param name="VersionId">Version it was made with.</param>
/// <param name="Start">Starting point: photo:3, portrait:17, creation:ID/0.</param>
/// <param name="Review">waiting, approved, sent_back, rejected; null before the first review.</param>
internal sealed record ApiEdit(Guid Id, string Name, Guid VersionId, string Start, string? Review);

internal static class ExportApi
{
    public static void MapExportApi(this RouteGroupBuilder group)
    {
        group.MapGet("/models/{model:guid}/edits", async Task<Ok<List<ApiEdit>>> (Guid model, ClaimsPrincipal user, SavedEdits edits) => TypedResults.Ok((await edits.ListAsync(Viewer.Of(user), model)).Select(Of).ToList()))
            .For(ApiScopes.EditsRead).WithSummary("Kept edits of a model, newest first");
        group.MapGet("/edits/{edit:guid}/export", EditingFeature.DownloadEditAsync).For(ApiScopes.Exports).WithMetadata(new MakesPictures()).WithSummary("A kept edit at full size: format png, jpeg or webp; label=true draws the visible label");
        group.MapGet("/versions/{version:guid}/picture", EditingFeature.DownloadAsync).For(ApiScopes.Exports).WithMetadata(new MakesPictures())
            .WithSummary("An edited picture: start (photo:3, portrait:17), values (comma-separated, in the order of the version's sliders, empty where untouched), format; whole=true puts an opened photo's face back");
    }

    private static ApiEdit Of(EditInfo edit) => new(edit.Id, edit.Name, edit.Version, edit.Start, edit.ReviewState.Length == 0 ? null : System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(edit.ReviewState));
}
