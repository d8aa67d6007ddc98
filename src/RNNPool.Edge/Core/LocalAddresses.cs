using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace RNNPool.Edge.Core;

/// <summary>Addresses of this machine.</summary>
internal static class LocalAddresses
{
    /// <summary>
    /// The address that a browser in the same network opens: one of the machine's own where the server listens on all of them.
    /// </summary>
    /// <param name="listening">Address that the server listens on.</param>
    public static Uri ForBrowser(Uri listening)
    {
        ArgumentNullException.ThrowIfNull(listening);
        bool all = listening.Host is "0.0.0.0" or "[::]" or "+" or "*";
        return all && FirstRouted() is { } own ? new UriBuilder(listening) { Host = own.ToString() }.Uri : listening;
    }

    /// <summary>An IPv4 address of an interface with a gateway; null without a network.</summary>
    private static IPAddress? FirstRouted() =>
        NetworkInterface
            .GetAllNetworkInterfaces()
            .Where(network => network.OperationalStatus == OperationalStatus.Up)
            .Select(network => network.GetIPProperties())
            .Where(properties => properties.GatewayAddresses.Count > 0)
            .SelectMany(properties => properties.UnicastAddresses)
            .Select(unicast => unicast.Address)
            .FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork);
}
