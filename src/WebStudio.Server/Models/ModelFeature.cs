namespace WebStudio.Server.Models;

internal static class ModelFeature
{
    public static IServiceCollection AddModels(this IServiceCollection services) => services;

    public static IEndpointRouteBuilder MapModels(this IEndpointRouteBuilder app) => app;
}
