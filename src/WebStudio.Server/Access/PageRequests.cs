using Microsoft.AspNetCore.Diagnostics;

namespace WebStudio.Server.Access;

/// <summary>Tells pages, which answer people, from files and data, which answer programs.</summary>
internal static class PageRequests
{
    private static readonly string[] Data = ["/api", "/files", "/hubs", "/_framework", "/_content", "/_blazor"];

    /// <summary>Whether a person looks at the answer: errors are then told by a page.</summary>
    public static bool IsForPage(this HttpRequest request) =>
        HttpMethods.IsGet(request.Method) && !Array.Exists(Data, start => request.Path.StartsWithSegments(start, StringComparison.Ordinal));

    /// <summary>The pages for what failed and for what is not there.</summary>
    public static WebApplication UseErrorPages(this WebApplication app)
    {
        app.UseExceptionHandler("/error", createScopeForErrors: true);
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
