using System.Globalization;
using WebStudio.Components.Access;
using WebStudio.Components.Editing;
using WebStudio.Gpu;
using WebStudio.Gpu.Imaging;

namespace WebStudio.Server.Editing;

internal static class EditingFeature
{
    private const int FullQuality = 95;

    public static IServiceCollection AddEditing(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<EditingOptions>().Bind(configuration.GetSection("Editing")).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<ModelHost>().AddHostedService(provider => provider.GetRequiredService<ModelHost>());
        services.AddSingleton<EditSessions>().AddHostedService(provider => provider.GetRequiredService<EditSessions>());
        services.AddSingleton<StartingPoints>().AddSingleton<FaceLikeness>();
        services.AddSingleton<SavedEdits>();
        services.AddSingleton<IEditing, EditingService>();
        services.AddSignalR().AddMessagePackProtocol();
        return services;
    }

    public static IEndpointRouteBuilder MapEditing(this IEndpointRouteBuilder app)
    {
        app.MapHub<StudioHub>("/hubs/studio");
        app.MapGet("/files/edits/{edit:guid}/picture.webp", async (Guid edit, HttpContext http, SavedEdits edits) =>
            await edits.PictureAsync(Viewer.Of(http.User), edit) is { } path ? Results.File(path, "image/webp") : Results.NotFound());
        app.MapGet("/files/versions/{version:guid}/picture", DownloadAsync);
        return app;
    }

    /// <summary>The edited picture as a file: start (photo:3), values (comma-separated, empty where untouched), format (png, jpeg, webp), name.</summary>
    private static async Task<IResult> DownloadAsync(Guid version, string start, string? values, string format, string? name, HttpContext http, ModelHost models, StartingPoints points)
    {
        if (await models.FolderAsync(Viewer.Of(http.User), version) is not { } folder)
            return Results.NotFound();
        try
        {
            var (kind, type, extension) = format switch
            {
                "png" => (ImageFormat.Png, "image/png", ".png"),
                "jpeg" => (ImageFormat.Jpeg, "image/jpeg", ".jpg"),
                "webp" => (ImageFormat.WebP, "image/webp", ".webp"),
                _ => throw new InvalidInputException($"'{format}' is no format; png, jpeg and webp are."),
            };
            var opener = await points.OpenerAsync(Viewer.Of(http.User), version, StartingPoint.Parse(start));
            double[] sliders = string.IsNullOrEmpty(values) ? [] : [.. values.Split(',').Select(v => v.Length == 0 ? double.NaN : double.Parse(v, NumberStyles.Float, CultureInfo.InvariantCulture))];
            var bytes = await models.WithAsync(folder, lease =>
            {
                using (lease)
                using (var session = opener(lease.Model, Math.Max(0, sliders.Length - lease.Model.Description.Attributes.Count)))
                    return ImageEncoder.Encode(session.Render(SliderValues.ToCoordinates(lease.Model, session, sliders)), kind, FullQuality);
            });
            return Results.File(bytes, type, $"{(string.IsNullOrWhiteSpace(name) ? "portrait" : name)}{extension}");
        }
        catch (Exception e) when (e is InvalidInputException or FormatException)
        {
            return Results.Problem(e.Message, statusCode: StatusCodes.Status400BadRequest);
        }
    }
}
