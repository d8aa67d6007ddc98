using System.Net;

namespace RNNPool.Edge.Web.Access;

/// <summary>Where a request comes from.</summary>
internal static class Caller
{
    private static readonly object AddressBefore = new();

    /// <summary>
    /// Whether the request was made on this very machine. One that a proxy has passed on was not, whichever proxy it was: proxies that are trusted have
    /// been replaced by their clients here, and others give themselves away by their headers.
    /// </summary>
    public static bool IsThisMachine(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address) && !context.Items.ContainsKey(AddressBefore)
        && !context.Request.Headers.ContainsKey("X-Forwarded-For") && !context.Request.Headers.ContainsKey("Forwarded");

    /// <summary>Notes that a trusted proxy has passed the request on.</summary>
    public static void MarkForwarded(HttpContext context) => context.Items[AddressBefore] = true;

    /// <summary>Who is asked to wait after wrong passwords: an IPv4 address, or the network of an IPv6 address, of which one host has many.</summary>
    public static string Key(HttpContext context)
    {
        IPAddress? address = context.Connection.RemoteIpAddress;
        if (address is null) return "";
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork) return address.ToString();
        const int NetworkBytes = 8;
        return Convert.ToHexString(address.GetAddressBytes().AsSpan(0, NetworkBytes));
    }
}
