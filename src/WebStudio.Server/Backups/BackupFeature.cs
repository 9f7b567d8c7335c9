using WebStudio.Components.Storage;
using WebStudio.Server.Settings;

namespace WebStudio.Server.Backups;

internal static class BackupFeature
{
    /// <summary>Back-ups by the server itself, where the settings name a folder for them.</summary>
    public static IServiceCollection AddBackups(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<BackupOptions>(configuration, "Backup");
        services.AddSingleton<BackupMaker>().AddSingleton<IFileCheck, FileCheck>();
        if (configuration["Backup:Folder"] is not { Length: > 0 })
            return services;
        services.AddSingleton<BackupService>().AddHostedService(provider => provider.GetRequiredService<BackupService>());
        services.AddHealthChecks().AddCheck<BackupService>("back-ups");
        return services;
    }
}
