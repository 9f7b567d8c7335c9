using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.Options;
using WebStudio.Components.Storage;
using WebStudio.Server.Settings;

namespace WebStudio.Server.Storage;

internal static class StorageFeature
{
    /// <summary>The data folder, and in it the keys that cookies are signed with.</summary>
    public static IServiceCollection AddStorage(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<StorageOptions>(configuration, "Storage");
        services.AddSingleton<DataFolders>().AddSingleton<RowFiles>().AddSingleton<StorageMeter>().AddSingleton<StorageQuota>().AddSingleton<IStorage, StorageReport>();
        services.AddDataProtection().SetApplicationName("WebStudio");
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>>(provider => new ConfigureOptions<KeyManagementOptions>(options =>
            options.XmlRepository = new FileSystemXmlRepository(new(provider.GetRequiredService<DataFolders>().Keys), provider.GetRequiredService<ILoggerFactory>())));
        return services;
    }
}
