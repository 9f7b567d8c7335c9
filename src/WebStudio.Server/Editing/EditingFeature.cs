namespace WebStudio.Server.Editing;

internal static class EditingFeature
{
    public static IServiceCollection AddEditing(this IServiceCollection services, IConfiguration configuration) => services;

    public static IEndpointRouteBuilder MapEditing(this IEndpointRouteBuilder app) => app;
}
