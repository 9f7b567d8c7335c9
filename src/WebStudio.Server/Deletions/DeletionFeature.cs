using WebStudio.Components.Storage;

namespace WebStudio.Server.Deletions;

internal static class DeletionFeature
{
    public static IServiceCollection AddDeletions(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<BinOptions>().Bind(configuration.GetSection("Bin")).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<BinContents>().AddSingleton<Eraser>().AddSingleton<OrphanSweep>();
        services.AddSingleton<BinService>().AddSingleton<IBin>(provider => provider.GetRequiredService<BinService>());
        services.AddHostedService<BinSweeper>();
        return services;
    }
}
