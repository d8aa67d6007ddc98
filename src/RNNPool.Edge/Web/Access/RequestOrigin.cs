using System.Net;
using System.Net.Sockets;

namespace RNNPool.Edge.Web.Access;

/// <summary>Where a request comes from, judged before the headers of a known proxy replace the addresses of the connection.</summary>
/// <param name="IsThisMachine">
/// Whether a program on this machine sent the request over a loopback connection, as far as that can be proved.
/// </param>
internal sealed record RequestOrigin(bool IsThisMachine)
{
    private const string ForwardedPrefix = "X-Forwarded-",
        OriginalPrefix = "X-Original-";

    /// <summary>Headers, besides those with a known prefix, with which proxies mark the requests that they forward.</summary>
    private static readonly string[] ProxyHeaders =
    [
        "Forwarded",
        "Via",
        "X-Real-IP",
        "X-Client-IP",
        "X-Cluster-Client-IP",
        "True-Client-IP",
        "CF-Connecting-IP",
        "Fastly-Client-IP",
        "X-ProxyUser-Ip",
    ];

    /// <summary>Whether the request came from this machine.</summary>
    public static bool IsLocal(HttpContext context) => context.Features.Get<RequestOrigin>() is { IsThisMachine: true };

    /// <summary>Whether a proxy has marked the request as forwarded.</summary>
    public static bool IsForwarded(IHeaderDictionary headers)
    {
        foreach (string name in headers.Keys)
        {
            if (
                name.StartsWith(ForwardedPrefix, StringComparison.OrdinalIgnoreCase)
                || name.StartsWith(OriginalPrefix, StringComparison.OrdinalIgnoreCase)
            )
                return true;
        }

        return ProxyHeaders.Any(headers.ContainsKey);
    }

    /// <summary>
    /// Whether the connection and the headers are those of a program on this machine: both ends are loopback addresses, the host is a
    /// literal loopback name with the port of the listener, and the protocol is not HTTP/1.0, which reverse proxies use by default.
    /// </summary>
    public static bool IsDirectLoopback(HttpContext context)
    {
        ConnectionInfo connection = context.Connection;
        HostString host = context.Request.Host;
        return IsLoopback(connection.RemoteIpAddress)
            && IsLoopback(connection.LocalIpAddress)
            && !HttpProtocol.IsHttp10(context.Request.Protocol)
            && IsLoopbackName(host.Host)
            && (host.Port ?? (context.Request.IsHttps ? 443 : 80)) == connection.LocalPort
            && !IsForwarded(context.Request.Headers);
    }

    /// <summary>
    /// Whether a host is <c>localhost</c>, <c>127.0.0.1</c> or <c>[::1]</c>; another name can be rebound to this machine.
    /// </summary>
    public static bool IsLoopbackName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host is "127.0.0.1" or "[::1]" or "::1";

    /// <summary>
    /// The key under which wrong passwords are counted: an IPv4 address, or the /64 network of an IPv6 address, because one host has many.
    /// </summary>
    public static string LimitKey(IPAddress? address)
    {
        if (address is null)
            return "";
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        if (address.AddressFamily == AddressFamily.InterNetwork)
            return address.ToString();
        const int NetworkBytes = 8;
        return Convert.ToHexString(address.GetAddressBytes().AsSpan(0, NetworkBytes));
    }

    private static bool IsLoopback(IPAddress? address) => address is not null && IPAddress.IsLoopback(address);
}
