using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;

namespace WebStudio.Server.Access;

/// <summary>Headers by which a browser holds pages to what they are made of.</summary>
internal static class SecurityHeaders
{
    // Styles: MudBlazor writes its theme and sizes into the page. Pictures: previews arrive as bytes (blob:), codes for authenticator apps are drawn in the page (data:).
    private const string Page = "default-src 'self'; script-src 'self'{0}; style-src 'self' 'unsafe-inline'; img-src 'self' blob: data:; font-src 'self' data:; connect-src 'self'; "
        + "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

    // What users uploaded, and data: a browser that shows one by itself runs nothing in it, whatever it turns out to be.
    private const string File = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox";

    /// <summary>Sets them on every answer.</summary>
    public static WebApplication UseSecurityHeaders(this WebApplication app)
    {
        if (app.Services.GetRequiredService<IOptions<AccessOptions>>().Value.RequireHttps)
            app.UseHsts();
        app.Use((context, next) =>
        {
            var headers = context.Response.Headers;
            headers.XContentTypeOptions = "nosniff";
            headers.XFrameOptions = "DENY";
            headers["Referrer-Policy"] = "same-origin"; // addresses of invitations are secrets
            headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), payment=(), usb=()";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            headers["Cross-Origin-Resource-Policy"] = "same-origin";
            // When the answer begins: until then it is not known which page tells of an error.
            context.Response.OnStarting(() =>
            {
                headers.ContentSecurityPolicy = context.Request.IsForData() ? File : Policy(context.GetEndpoint()?.Metadata.GetMetadata<ImportMapDefinition>());
                return Task.CompletedTask;
            });
            return next(context);
        });
        return app;
    }

    /// <summary>No script may stand in a page. The one thing that has to, the list of the files' versioned names, is let through by what it says.</summary>
    private static string Policy(ImportMapDefinition? names) => names is null
        ? string.Format(null, Page, "")
        : string.Format(null, Page, $" 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(names.ToString())))}'");
}
