using WebStudio.Components.Admin;

namespace WebStudio.Server.Admin;

internal static class AdminFeature
{
    public static IServiceCollection AddAdmin(this IServiceCollection services)
    {
        services.AddSingleton<BaseCatalogue>();
        services.AddSingleton<IBaseCatalogue>(provider => provider.GetRequiredService<BaseCatalogue>());
        return services;
    }

    public static IEndpointRouteBuilder MapAdmin(this IEndpointRouteBuilder app) => app;
}
