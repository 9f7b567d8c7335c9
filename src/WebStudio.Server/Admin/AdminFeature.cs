namespace WebStudio.Server.Admin;

internal static class AdminFeature
{
    public static IServiceCollection AddAdmin(this IServiceCollection services, IConfiguration configuration) => services;

    public static IEndpointRouteBuilder MapAdmin(this IEndpointRouteBuilder app) => app;
}
