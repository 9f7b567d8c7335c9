using WebStudio.Components.Admin;

namespace WebStudio.Server.Admin;

internal static class AdminFeature
{
    /// <summary>Base generators: which there are, and how more come in.</summary>
    public static IServiceCollection AddAdmin(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<BaseOptions>().Bind(configuration.GetSection("Bases")).Validate(o => o.MaxFileBytes > 0, "Bases:MaxFileBytes is the largest network file taken, in bytes; it must be above 0.").ValidateOnStart();
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
