using Microsoft.AspNetCore.SignalR;
using WebStudio.Components.Access;
using WebStudio.Components.Editing;
using WebStudio.Gpu;
using WebStudio.Server.Access;
using WebStudio.Server.Settings;

namespace WebStudio.Server.Editing;

internal static class EditingFeature
{
    public static IServiceCollection AddEditing(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<EditingOptions>(configuration, "Editing");
        services.AddSingleton<ModelHost>().AddHostedService(provider => provider.GetRequiredService<ModelHost>());
        services.AddSingleton<EditSessions>().AddHostedService(provider => provider.GetRequiredService<EditSessions>());
        services.AddSingleton<StartingPoints>().AddSingleton<FaceLikeness>().AddSingleton<PictureExport>();
        services.AddSingleton<SavedEdits>();
        services.AddSingleton<IEditing, EditingService>();
        services.AddSingleton<HubLimits>();
        // This hub's alone: pages take photos of up to 60 MB in over their circuit, in thousands of messages.
        services.AddSignalR().AddMessagePackProtocol().AddHubOptions<StudioHub>(options => options.AddFilter<HubLimits>());
        return services;
    }

    public static IEndpointRouteBuilder MapEditing(this IEndpointRouteBuilder app)
    {
        app.MapHub<StudioHub>("/hubs/studio");
        app.MapGet("/files/edits/{edit:guid}/picture.webp", async (Guid edit, HttpContext http, SavedEdits edits) =>
            await edits.PictureAsync(Viewer.Of(http.User), edit) is { } path ? Results.File(path, "image/webp") : Results.NotFound());
        app.MapGet("/files/versions/{version:guid}/picture", DownloadAsync).WithMetadata(new MakesPictures());
        app.MapGet("/files/edits/{edit:guid}/export", DownloadEditAsync).WithMetadata(new MakesPictures());
        return app;
    }

    /// <summary>The edited picture as a file: start (photo:3), values (comma-separated, empty where untouched), format (png, jpeg, webp), name, whole (put back into the photo), label (visible).</summary>
    internal static Task<IResult> DownloadAsync(Guid version, string start, string? values, string format, string? name, bool? whole, bool? label, HttpContext http, PictureExport export) =>
        FileAsync(name, () => export.MakeAsync(Viewer.Of(http.User), version, new(start, values, format, whole == true, label == true)));

    /// <summary>A kept edit at full size: format (png, jpeg, webp), name, label (visible).</summary>
    internal static Task<IResult> DownloadEditAsync(Guid edit, string format, string? name, bool? label, HttpContext http, PictureExport export) =>
        FileAsync(name, () => export.MakeEditAsync(Viewer.Of(http.User), edit, format, label == true));

    private static async Task<IResult> FileAsync(string? name, Func<Task<(byte[] Bytes, string MediaType, string Extension)?>> make)
    {
        try
        {
            return await make() is var (bytes, type, extension) ? Results.File(bytes, type, $"{(string.IsNullOrWhiteSpace(name) ? "portrait" : name)}{extension}") : Results.NotFound();
        }
        catch (Exception e) when (e is InvalidInputException or FormatException)
        {
            return Results.Problem(e.Message, statusCode: StatusCodes.Status400BadRequest);
        }
    }
}
