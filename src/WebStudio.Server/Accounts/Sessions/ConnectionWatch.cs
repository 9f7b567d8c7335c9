using System.Security.Claims;
using WebStudio.Server.Access;

namespace WebStudio.Server.Accounts.Sessions;

internal static class ConnectionWatch
{
    /// <summary>Keeps the long requests of circuits and hubs where ending a session finds them.</summary>
    public static WebApplication UseConnectionWatch(this WebApplication app)
    {
        app.Use(async (HttpContext context, RequestDelegate next) =>
        {
            if (!context.Request.IsForConnection() || context.User.FindFirstValue(ClaimTypes.NameIdentifier) is not { } user)
            {
                await next(context);
                return;
            }
            using var watched = context.RequestServices.GetRequiredService<LiveConnections>().Add(context, user, SessionRegistry.Of(context.User));
            // The session may have ended between the cookie's check and this line: then nothing would cut this connection.
            if (SessionRegistry.Of(context.User) is { } id && !await context.RequestServices.GetRequiredService<SessionRegistry>().IsOpenAsync(id, user))
                context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            else
                await next(context);
        });
        return app;
    }
}
