using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.Options;
using Microsoft.AspNetCore.DataProtection;

namespace WebStudio.Server.Storage;

internal static class StorageFeature
{
    /// <summary>The data folder, and in it the keys that cookies are signed with.</summary>
    public static IServiceCollection AddStorage(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<StorageOptions>().Bind(configuration.GetSection("Storage")).Validate(o => o.Root.Trim().Length > 0, "Storage:Root names the data folder; it is empty.").ValidateOnStart();
        services.AddSingleton<DataFolders>();
        services.AddDataProtection().SetApplicationName("WebStudio");
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>>(provider => new ConfigureOptions<KeyManagementOptions>(options =>
            options.XmlRepository = new FileSystemXmlRepository(new(provider.GetRequiredService<DataFolders>().Keys), provider.GetRequiredService<ILoggerFactory>())));
        return services;
    }
}
