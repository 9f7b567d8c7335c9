using Microsoft.AspNetCore.Diagnostics;
using WebStudio.Server.Storage;

namespace WebStudio.Server.Access;

/// <summary>Tells pages, which answer people, from files and data, which answer programs; in whatever case an address is written, as routing does.</summary>
internal static class PageRequests
{
    private static readonly string[] Data = ["/api", "/files", "/hubs", "/_framework", "/_content", "/_blazor", "/health"];
    private static readonly string[] Connections = ["/_blazor", "/hubs"];

    /// <summary>Whether a person looks at the answer: errors are then told by a page.</summary>
    public static bool IsForPage(this HttpRequest request) =>
        HttpMethods.IsGet(request.Method) && !Array.Exists(Data, start => request.Path.StartsWithSegments(start, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether what is answered is somebody's file, or data.</summary>
    public static bool IsForData(this HttpRequest request) => request.Path.StartsWithSegments("/files", StringComparison.OrdinalIgnoreCase) || request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether the request is a circuit's or a hub's, which may stay open for hours.</summary>
    public static bool IsForConnection(this HttpRequest request) => Array.Exists(Connections, start => request.Path.StartsWithSegments(start, StringComparison.OrdinalIgnoreCase));

    /// <summary>The pages for what failed and for what is not there.</summary>
    public static WebApplication UseErrorPages(this WebApplication app)
    {
        app.UseExceptionHandler("/error", createScopeForErrors: true);
        // Programs are told in their own form: the page is for those who look at one.
        app.UseWhen(context => context.Request.IsForData(), data => data.UseExceptionHandler(new ExceptionHandlerOptions
        {
            StatusCodeSelector = error => error switch
            {
                FileNotFoundException or DirectoryNotFoundException => StatusCodes.Status404NotFound, // deleted after its row was read and before it was sent
                _ when DiskFull.Caused(error) => StatusCodes.Status507InsufficientStorage, // also of what only notes that it was asked for
                _ => StatusCodes.Status500InternalServerError,
            },
            ExceptionHandler = context => TypedResults.Problem(
                context.Response.StatusCode switch
                {
                    StatusCodes.Status404NotFound => "It does not exist any more.",
                    StatusCodes.Status507InsufficientStorage => DiskFull.Sentence,
                    _ => $"The request could not be answered. Nothing that is saved is lost. Whoever runs the server finds the reason in its log under {context.TraceIdentifier}.",
                },
                statusCode: context.Response.StatusCode).ExecuteAsync(context),
        }));
        app.UseStatusCodePagesWithReExecute("/missing", createScopeForStatusCodePages: true);
        app.Use((context, next) =>
        {
            if (!context.Request.IsForPage() && context.Features.Get<IStatusCodePagesFeature>() is { } pages)
                pages.Enabled = false;
            return next(context);
        });
        return app;
    }
}
