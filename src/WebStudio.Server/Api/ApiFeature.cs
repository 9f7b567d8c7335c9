using Microsoft.AspNetCore.Authentication;
using Microsoft.OpenApi;
using WebStudio.Components.Api;
using WebStudio.Gpu;
using WebStudio.Server.Api.Webhooks;
using WebStudio.Server.Settings;

namespace WebStudio.Server.Api;

/// <summary>The documented HTTP API, /api/v1: what pages do, by the same services and under the same rules, for programmes with a token.</summary>
internal static class ApiFeature
{
    /// <summary>Where every address of it begins.</summary>
    public const string Root = "/api/v1";

    private const string Document = "v1";

    public static IServiceCollection AddApi(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddAuthentication().AddScheme<AuthenticationSchemeOptions, TokenAuthentication>(TokenAuthentication.Name, null);
        var policies = services.AddAuthorizationBuilder();
        foreach (var (scope, _) in ApiScopes.All)
            policies.AddPolicy(scope, policy => policy.AddAuthenticationSchemes(TokenAuthentication.Name).RequireAuthenticatedUser().RequireClaim(TokenAuthentication.ScopeClaim, scope));
        services.AddSettings<WebhookOptions>(configuration, "Webhooks");
        services.AddSingleton<WebhookSecrets>().AddSingleton<WebhookSender>().AddHostedService(provider => provider.GetRequiredService<WebhookSender>());
        services.AddSingleton<IApiAccess, ApiAccess>();
        services.AddOpenApi(Document, options =>
        {
            options.ShouldInclude = description => description.RelativePath?.StartsWith("api/v1/", StringComparison.Ordinal) == true;
            options.AddDocumentTransformer((document, _, _) =>
            {
                document.Info = new() { Title = "WebStudio", Version = Document, Description = "Albums, models, trainings, edits and exports of one account, by a token made under \"Programmes\" in the account menu." };
                document.Components ??= new();
                document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme> { [TokenAuthentication.Name] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "A token, wst_…" } };
                document.Security = [new() { [new OpenApiSecuritySchemeReference(TokenAuthentication.Name, document)] = [] }];
                return Task.CompletedTask;
            });
        });
        return services;
    }

    public static IEndpointRouteBuilder MapApi(this IEndpointRouteBuilder app)
    {
        app.MapOpenApi($"{Root}/openapi.json").AllowAnonymous();
        var api = app.MapGroup(Root).AddEndpointFilter(TellAsync);
        api.MapGroup("/albums").WithTags("Albums").MapAlbumApi();
        api.MapGroup("/models").WithTags("Models").MapModelApi();
        api.MapGroup("/jobs").WithTags("Jobs").MapJobApi();
        api.MapGroup("").WithTags("Edits and exports").MapExportApi();
        return app;
    }

    /// <summary>Lets tokens of a scope in.</summary>
    public static RouteHandlerBuilder For(this RouteHandlerBuilder endpoint, string scope) => endpoint.RequireAuthorization(scope)
        .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status429TooManyRequests);

    /// <summary>What a caller can mend is told in its own words.</summary>
    private static async ValueTask<object?> TellAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (InvalidInputException e)
        {
            return TypedResults.Problem(e.Message, statusCode: StatusCodes.Status422UnprocessableEntity);
        }
    }
}
