using WebStudio.Components.Storage;
using WebStudio.Server.Settings;

namespace WebStudio.Server.Deletions;

internal static class DeletionFeature
{
    public static IServiceCollection AddDeletions(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<BinOptions>(configuration, "Bin");
        services.AddSingleton<BinContents>().AddSingleton<Eraser>().AddSingleton<OrphanSweep>();
        services.AddSingleton<BinService>().AddSingleton<IBin>(provider => provider.GetRequiredService<BinService>());
        services.AddHostedService<BinSweeper>();
        return services;
    }
}
