using System.Net;
using Microsoft.AspNetCore.HttpOverrides;

namespace RNNPool.Edge.Web.Access;

/// <summary>The reverse proxies of <c>Web:Proxies</c>: addresses and networks.</summary>
internal sealed class ProxyList(IEnumerable<string> entries)
{
    private readonly System.Net.IPNetwork[] _networks = [.. entries.Select(Parse).OfType<System.Net.IPNetwork>()];

    /// <summary>Whether the address belongs to a proxy.</summary>
    public bool Contains(IPAddress? address)
    {
        if (address is null)
            return false;
        IPAddress plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return _networks.Any(network => network.Contains(plain));
    }

    /// <summary>The options of the middleware that reads the headers of these proxies; null without a proxy.</summary>
    public ForwardedHeadersOptions? CreateOptions()
    {
        if (_networks.Length == 0)
            return null;
        var options = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost,
        };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (System.Net.IPNetwork network in _networks)
            options.KnownIPNetworks.Add(network);
        return options;
    }

    private static System.Net.IPNetwork? Parse(string text)
    {
        if (IPAddress.TryParse(text, out IPAddress? address))
            return new System.Net.IPNetwork(address, 8 * address.GetAddressBytes().Length);
        return System.Net.IPNetwork.TryParse(text, out System.Net.IPNetwork network) ? network : null;
    }
}
