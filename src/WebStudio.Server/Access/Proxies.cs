using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;
using IPNetwork = System.Net.IPNetwork;

namespace WebStudio.Server.Access;

/// <summary>Takes a visitor's address, scheme and host from the reverse proxies that the settings name, and from nobody else: a visitor could write them too.</summary>
internal sealed class Proxies(IOptions<AccessOptions> access) : IConfigureOptions<ForwardedHeadersOptions>
{
    public void Configure(ForwardedHeadersOptions options)
    {
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        options.ForwardedHeaders = access.Value.Proxies.Count == 0 ? ForwardedHeaders.None : ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost;
        options.ForwardLimit = access.Value.ProxyHops;
        foreach (var proxy in access.Value.Proxies)
            options.KnownIPNetworks.Add(Parse(proxy) ?? throw new OptionsValidationException("Access", typeof(AccessOptions), [$"Access:Proxies names {proxy}, which is neither an address (10.0.0.5) nor a network (10.0.0.0/8)."]));
    }

    /// <summary>An address as a network of one; null for what is neither.</summary>
    public static IPNetwork? Parse(string text) =>
        IPAddress.TryParse(text, out var address) ? new(address, address.GetAddressBytes().Length * 8) : IPNetwork.TryParse(text, out var network) ? network : null;
}
