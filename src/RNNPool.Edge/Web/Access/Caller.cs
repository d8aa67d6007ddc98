using System.Net;
using System.Net.Sockets;

namespace RNNPool.Edge.Web.Access;

/// <summary>Where a request comes from.</summary>
internal static class Caller
{
    /// <summary>What the framework leaves of the proxy's own address once it has believed a trusted proxy.</summary>
    private const string OriginalFor = "X-Original-For";

    /// <summary>Whether the request was made on this very machine. One that a proxy has passed on was not, trusted or not: all of them give themselves away by a header.</summary>
    public static bool IsThisMachine(HttpContext context)
    {
        IHeaderDictionary headers = context.Request.Headers;
        return context.Connection.RemoteIpAddress is { } address
            && IPAddress.IsLoopback(address)
            && !headers.ContainsKey("X-Forwarded-For")
            && !headers.ContainsKey("Forwarded")
            && !headers.ContainsKey(OriginalFor);
    }

    /// <summary>Who is asked to wait after wrong passwords: an IPv4 address, or the network of an IPv6 address, of which one host has many.</summary>
    public static string Key(HttpContext context) => Key(context.Connection.RemoteIpAddress);

    internal static string Key(IPAddress? address)
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
}
