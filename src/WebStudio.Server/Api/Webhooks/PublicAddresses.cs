using System.Net;
using System.Net.Sockets;

namespace WebStudio.Server.Api.Webhooks;

/// <summary>Tells addresses of the open network from those of machines, houses and clouds' innards (RFC 6890), to which a server must not be sent by a user's word.</summary>
internal static class PublicAddresses
{
    private static readonly IPNetwork[] Special =
    [
        .. ((string[])["0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            "::/128", "::1/128", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "fc00::/7", "fe80::/10", "ff00::/8"]).Select(IPNetwork.Parse),
    ];

    /// <summary>Whether it belongs to the open network.</summary>
    public static bool Contains(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return !Array.Exists(Special, network => network.BaseAddress.AddressFamily == plain.AddressFamily && network.Contains(plain));
    }

    /// <summary>Connects to a host by one of its public addresses. The address that was looked at is the one that is connected to: a name that changes its answer in between gains nothing.</summary>
    /// <exception cref="IOException">It has none, or none answers.</exception>
    public static async ValueTask<Stream> ConnectAsync(DnsEndPoint host, CancellationToken cancel)
    {
        var allowed = Array.FindAll(await Dns.GetHostAddressesAsync(host.Host, cancel), Contains);
        if (allowed.Length == 0)
            throw new IOException("the address lies within the server's own network");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, host.Port, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
