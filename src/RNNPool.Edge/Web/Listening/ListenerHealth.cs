using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using RNNPool.Edge.Core;

namespace RNNPool.Edge.Web.Listening;

/// <summary>The addresses on which the page should listen and does not, and its certificate. Thread-safe.</summary>
internal sealed class ListenerHealth : IHealthSource
{
    private readonly ConcurrentDictionary<IPEndPoint, string> _failures = new();

    /// <inheritdoc/>
    public string Name => "page";

    /// <inheritdoc/>
    public string? Failure => null;

    /// <summary>The certificate of the page; null without encryption.</summary>
    public ServerCertificate? Certificate { get; set; }

    /// <inheritdoc/>
    public string? Degradation => _failures.IsEmpty ? Certificate?.Failure : string.Join(' ', Describe());

    /// <summary>Describes as a sentence why an address cannot be used.</summary>
    public static string Describe(Exception exception) =>
        Code(exception) switch
        {
            SocketError.AddressNotAvailable => "this machine does not have the address.",
            SocketError.AddressAlreadyInUse => "another program uses the port.",
            SocketError.AccessDenied => "a port below 1024 needs a permission; use a higher one.",
            _ => exception.Message.TrimEnd('.') + ".",
        };

    /// <summary>
    /// Whether the device starts without the address and tries it again. Without IPv6 there is no [::], and the server uses 0.0.0.0
    /// instead.
    /// </summary>
    public static bool MayPass(Exception exception, IPEndPoint address) =>
        Code(exception) is { } code
        && (!address.Address.Equals(IPAddress.IPv6Any) || code is SocketError.AddressAlreadyInUse or SocketError.AccessDenied);

    /// <summary>Adds an address.</summary>
    /// <returns>Whether it is new, or the reason has changed.</returns>
    public bool Add(IPEndPoint address, string reason)
    {
        bool isNew = !_failures.TryGetValue(address, out string? old) || old != reason;
        _failures[address] = reason;
        return isNew;
    }

    /// <summary>Removes an address.</summary>
    /// <returns>Whether it was added.</returns>
    public bool Remove(IPEndPoint address) => _failures.TryRemove(address, out _);

    private IEnumerable<string> Describe()
    {
        foreach ((IPEndPoint address, string reason) in _failures.OrderBy(pair => pair.Key.ToString(), StringComparer.Ordinal))
            yield return $"The page does not listen on {address}: {reason}";
        if (Certificate?.Failure is { } failure)
            yield return failure;
    }

    private static SocketError? Code(Exception exception)
    {
        for (Exception? at = exception; at is not null; at = at.InnerException)
        {
            if (at is SocketException socket)
                return socket.SocketErrorCode;
        }

        return null;
    }
}
