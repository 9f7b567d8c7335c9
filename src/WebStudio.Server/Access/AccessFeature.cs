using Microsoft.Extensions.Options;
using WebStudio.Server.Settings;

namespace WebStudio.Server.Access;

internal static class AccessFeature
{
    /// <summary>How the server is reached, and how often it may be asked.</summary>
    public static IServiceCollection AddAccess(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<AccessOptions>(configuration, "Access")
            .Validate(options => options.Proxies.All(proxy => Proxies.Parse(proxy) is not null), "Access:Proxies takes addresses (10.0.0.5) and networks (10.0.0.0/8), nothing else.");
        services.AddSettings<LimitOptions>(configuration, "Limits");
        services.AddSingleton<IConfigureOptions<ForwardedHeadersOptions>, Proxies>();
        services.AddHsts(options => options.MaxAge = TimeSpan.FromDays(365));
        return services.AddRequestLimits();
    }
}
