using WebStudio.Components.Storage;
using WebStudio.Server.Settings;
using WebStudio.Server.Storage;

namespace WebStudio.Server.Backups;

internal static class BackupFeature
{
    /// <summary>Back-ups by the server itself, where the settings name a folder for them.</summary>
    public static IServiceCollection AddBackups(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<BackupOptions>(configuration, "Backup")
            .Validate<DataFolders>((options, folders) => options.Folder.Length == 0 || !BackupMaker.IsWithin(options.Folder, folders.Root), "Backup:Folder lies in the data folder and would be lost with it: name a folder outside of it, best on another disk.");
        services.AddSingleton<BackupMaker>().AddSingleton<IFileCheck, FileCheck>();
        if (configuration["Backup:Folder"] is not { Length: > 0 })
            return services;
        services.AddSingleton<BackupService>().AddHostedService(provider => provider.GetRequiredService<BackupService>());
        services.AddHealthChecks().AddCheck<BackupService>("back-ups");
        return services;
    }
}
