using System.Net;
using System.Net.Sockets;

namespace RNNPool.Edge.Core;

/// <summary>
/// Addresses and names of this machine in its networks. They are read without a netlink socket, which the hardened service may not open.
/// </summary>
internal static class LocalAddresses
{
    private const string Table = "/proc/net/fib_trie";

    /// <summary>Socket of the multicast DNS responder, which publishes the host name under <c>.local</c>.</summary>
    private const string Responder = "/run/avahi-daemon/socket";

    private const int DiscardPort = 9;

    /// <summary>
    /// The hosts by which a browser in the same network reaches this machine, the most reliable one first: the address of the default
    /// route, else all addresses, and the name that is published by multicast DNS. Empty without a network.
    /// </summary>
    public static IReadOnlyList<string> FindHosts() =>
        FindHosts(RoutedAddress() is { } routed ? [routed] : FindAll(), PublishedName(Environment.MachineName, File.Exists(Responder)));

    /// <summary>All IPv4 addresses of this machine in networks.</summary>
    public static IReadOnlyList<IPAddress> FindAll()
    {
        try
        {
            return Parse(File.ReadLines(Table));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>The name under which multicast DNS publishes a host; null when it publishes none.</summary>
    internal static string? PublishedName(string host, bool hasResponder) =>
        hasResponder && host.Length > 0 && !host.Contains('.') ? host.ToLowerInvariant() + ".local" : null;

    internal static IReadOnlyList<string> FindHosts(IReadOnlyList<IPAddress> addresses, string? name)
    {
        // Without a network that has a router, an address of the local link may still be of use.
        IPAddress[] wide = [.. addresses.Where(address => !IsLinkLocal(address))];
        IEnumerable<string> hosts = (wide.Length > 0 ? wide : addresses).Select(address =>
            address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString()
        );
        return name is null ? [.. hosts] : [.. hosts, name];
    }

    /// <summary>Reads the local addresses of the kernel's routing table, except loopback.</summary>
    /// <param name="lines">Lines of <c>/proc/net/fib_trie</c>: an address, and below it its prefix with its kind.</param>
    internal static IReadOnlyList<IPAddress> Parse(IEnumerable<string> lines)
    {
        var found = new List<IPAddress>();
        IPAddress? last = null;
        foreach (string line in lines)
        {
            string text = line.Trim();
            if (text.StartsWith("|-- ", StringComparison.Ordinal))
                _ = IPAddress.TryParse(text.AsSpan(4), out last);
            else if (text == "/32 host LOCAL" && last is not null && !IPAddress.IsLoopback(last) && !found.Contains(last))
                found.Add(last);
        }

        return found;
    }

    private static bool IsLinkLocal(IPAddress address) =>
        address.IsIPv6LinkLocal || (address.GetAddressBytes() is [169, 254, _, _] && address.AddressFamily == AddressFamily.InterNetwork);

    private static IPAddress? RoutedAddress() =>
        SourceAddress(AddressFamily.InterNetwork, "192.0.2.1") ?? SourceAddress(AddressFamily.InterNetworkV6, "2001:db8::1");

    /// <summary>The address from which a datagram would leave; null without a route. Nothing is sent.</summary>
    /// <param name="family">The protocol.</param>
    /// <param name="destination">An address that is reserved for documentation, so that the default route applies.</param>
    private static IPAddress? SourceAddress(AddressFamily family, string destination)
    {
        try
        {
            using var socket = new Socket(family, SocketType.Dgram, ProtocolType.Udp);
            socket.Connect(IPAddress.Parse(destination), DiscardPort);
            return socket.LocalEndPoint is IPEndPoint { Address: { } address } && !IPAddress.IsLoopback(address) && !IsLinkLocal(address)
                ? address
                : null;
        }
        catch (SocketException)
        {
            return null;
        }
    }
}
