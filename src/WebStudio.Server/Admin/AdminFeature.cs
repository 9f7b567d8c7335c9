using WebStudio.Components.Admin;
using WebStudio.Server.Settings;

namespace WebStudio.Server.Admin;

internal static class AdminFeature
{
    /// <summary>Base generators: which there are, and how more come in.</summary>
    public static IServiceCollection AddAdmin(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<BaseOptions>(configuration, "Bases");
        services.AddSingleton<BaseCatalogue>();
        services.AddSingleton<IBaseCatalogue>(provider => provider.GetRequiredService<BaseCatalogue>());
        services.AddSingleton<BaseImporter>();
        services.AddSingleton<IBaseAdministration, BaseAdministration>();
        return services;
    }

    public static IEndpointRouteBuilder MapAdmin(this IEndpointRouteBuilder app)
    {
        app.MapBases();
        return app;
    }
}
