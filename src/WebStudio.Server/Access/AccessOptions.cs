using System.ComponentModel.DataAnnotations;

namespace WebStudio.Server.Access;

/// <summary>Section Access: how the server is reached.</summary>
internal sealed class AccessOptions
{
    /// <summary>Cookies only over HTTPS and for this host alone, and browsers told to stay with HTTPS. For every server that is reached over HTTPS, by itself or behind a proxy.</summary>
    public bool RequireHttps { get; set; }

    /// <summary>Addresses (10.0.0.5) or networks (10.0.0.0/8) of reverse proxies, whose word about a visitor's address and scheme is taken. Without any nobody's is.</summary>
    public IList<string> Proxies { get; init; } = [];

    /// <summary>Proxies in a row before this server.</summary>
    [Range(1, 10)]
    public int ProxyHops { get; set; } = 1;
}
