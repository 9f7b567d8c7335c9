using Microsoft.Extensions.Configuration.CommandLine;
using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.Options;
using WebStudio.Gpu;

namespace WebStudio.Server.Settings;

internal static class SettingsFeature
{
    /// <summary>Sections of ASP.NET Core, which may stand in the same file.</summary>
    private static readonly string[] Framework = ["Urls", "Http_Ports", "Https_Ports", "Logging", "Kestrel", "AllowedHosts", "Environment", "ApplicationName", "ContentRoot", "WebRoot", "DetailedErrors", "ShutdownTimeoutSeconds", "ForwardedHeaders_Enabled", "StaticWebAssets", "SuppressStatusMessages", "CaptureStartupErrors", "PreferHostingUrls"];

    /// <summary>Options of one section. What is written there and is no option, or no value of one, stops the start (<see cref="CheckSettings"/>).</summary>
    public static OptionsBuilder<T> AddSettings<T>(this IServiceCollection services, IConfiguration configuration, string section) where T : class
    {
        services.AddSingleton(new SettingsSection(section, typeof(T)));
        return services.AddOptions<T>().Bind(configuration.GetSection(section)).ValidateOnStart();
    }

    /// <summary>Looks through all settings before anything is started.</summary>
    /// <exception cref="InvalidInputException">Something cannot be used; the message has a line for each, which names the key.</exception>
    public static void CheckSettings(this WebApplication app)
    {
        var sections = app.Services.GetServices<SettingsSection>().ToList();
        List<string> mistakes = [.. sections.SelectMany(section => section.Mistakes(app.Configuration)), .. Strangers(app.Configuration, sections)];
        if (mistakes.Count > 0)
            throw new InvalidInputException($"The settings cannot be used:\n{string.Join('\n', mistakes.Select(m => $"  {m}"))}\nEvery option is explained in appsettings.json.");
    }

    /// <summary>Sections in files and on the command line that nobody knows; the environment is full of words that are none of ours.</summary>
    private static IEnumerable<string> Strangers(IConfiguration configuration, List<SettingsSection> sections) => ((IConfigurationRoot)configuration).Providers
        .Where(provider => provider is JsonConfigurationProvider or CommandLineConfigurationProvider)
        .SelectMany(provider => provider.GetChildKeys([], null))
        .Distinct(StringComparer.OrdinalIgnoreCase)
        .Where(name => !sections.Exists(s => s.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) && !Framework.Contains(name, StringComparer.OrdinalIgnoreCase))
        .Select(name => $"{name} is no section. There are {string.Join(", ", sections.Select(s => s.Name).Order(StringComparer.Ordinal))}.");
}
