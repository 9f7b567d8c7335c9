namespace WebStudio.Server.Access;

/// <summary>
/// Refuses requests that another site's page sent with the user's cookie. Browsers say where a request comes from (Sec-Fetch-Site, Origin); programs that are no browsers say nothing and hold
/// no cookie of a victim.
/// </summary>
internal sealed class RequireSameOrigin : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var request = context.HttpContext.Request;
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        var origin = request.Headers.Origin.ToString();
        var own = site is "" or "same-origin" or "none" && (origin.Length == 0 || (Uri.TryCreate(origin, UriKind.Absolute, out var from) && from.Authority == request.Host.Value));
        return own ? await next(context) : TypedResults.Problem("This request came from another site.", statusCode: StatusCodes.Status403Forbidden);
    }
}
