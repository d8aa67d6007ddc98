using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Extensions.Options;
using RNNPool.Edge.Web.Access;

namespace RNNPool.Edge.Web.Connections;

/// <summary>
/// Bounds the connections of the network: by address, so that one machine cannot take all of them, and in total. Connections that have not
/// signed in are closed when they are idle for <see cref="StrangerIdle"/>. When all connections are in use, a new address takes the place
/// of an idle connection of the address that has most of them. This machine has connections of its own. Thread-safe.
/// </summary>
internal sealed partial class PeerConnections : IDisposable
{
    /// <summary>Most connections of one address of the network; a browser uses at most six for each host.</summary>
    public const int PerAddress = 32;

    /// <summary>Most connections of the network, and of this machine.</summary>
    public const int Overall = 128;

    /// <summary>Longest time that a connection may be idle without having signed in.</summary>
    public static readonly TimeSpan StrangerIdle = TimeSpan.FromSeconds(10);

    /// <summary>Shortest time between two messages about refused connections.</summary>
    public static readonly TimeSpan ReportInterval = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly HashSet<Peer> _peers = [];
    private readonly ProxyList _proxies;
    private readonly TimeProvider _time;
    private readonly ILogger<PeerConnections> _logger;
    private readonly ITimer _sweep;
    private long _refused;
    private long _reportedAt;
    private bool _reported;

    /// <summary>Starts to close idle connections.</summary>
    public PeerConnections(IOptions<WebOptions> options, TimeProvider time, ILogger<PeerConnections> logger)
    {
        _proxies = new ProxyList(options.Value.Proxies);
        _time = time;
        _logger = logger;
        _sweep = time.CreateTimer(static state => ((PeerConnections)state!).Sweep(), this, SweepInterval, SweepInterval);
    }

    /// <summary>How many connections there are.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _peers.Count;
        }
    }

    /// <summary>The peer of a request; null when the connection is not of a listener of the page.</summary>
    public static Peer? Get(HttpContext context) =>
        context.Features.Get<IConnectionItemsFeature>()?.Items.TryGetValue(typeof(Peer), out object? peer) == true ? peer as Peer : null;

    /// <summary>Serves a connection unless there are too many.</summary>
    public async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        IPAddress? address = (connection.RemoteEndPoint as IPEndPoint)?.Address;
        if (TryAdd(address, connection.Abort) is not { } peer)
        {
            connection.Abort();
            return;
        }

        connection.Items[typeof(Peer)] = peer;
        try
        {
            await next(connection).ConfigureAwait(false);
        }
        finally
        {
            lock (_lock)
                _peers.Remove(peer);
        }
    }

    /// <summary>Adds a connection.</summary>
    /// <param name="address">Address of the peer.</param>
    /// <param name="close">Closes the connection.</param>
    /// <returns>Null when there are too many.</returns>
    public Peer? TryAdd(IPAddress? address, Action close)
    {
        bool isProxy = _proxies.Contains(address),
            isLocal =
                address is null
                || IPAddress.IsLoopback(address)
                || (address.IsIPv4MappedToIPv6 && IPAddress.IsLoopback(address.MapToIPv4()));
        string? key = isLocal ? null : RequestOrigin.LimitKey(address);
        Peer? replaced = null;
        var peer = new Peer(key, isLocal || isProxy, close, _time.GetTimestamp());
        lock (_lock)
        {
            int own = _peers.Count(other => other.Key == key),
                all = isLocal ? own : _peers.Count(other => other.Key is not null);
            bool fits = all < Overall && (peer.IsTrusted || own < PerAddress);
            if (!fits && !isLocal && (isProxy || own < PerAddress))
                replaced = FindReplaceable(own);
            if (!fits && replaced is null)
            {
                CountRefusal(address);
                return null;
            }

            if (replaced is not null)
                _peers.Remove(replaced);
            _peers.Add(peer);
        }

        replaced?.Close();
        return peer;
    }

    /// <summary>Records that a request of a connection begins.</summary>
    public void BeginRequest(Peer peer)
    {
        lock (_lock)
            peer.Requests++;
    }

    /// <summary>Records that a request of a connection has ended.</summary>
    public void EndRequest(Peer peer, bool signedIn)
    {
        lock (_lock)
        {
            peer.Requests--;
            peer.IsSignedIn = signedIn;
            peer.IdleSince = _time.GetTimestamp();
        }
    }

    public void Dispose() => _sweep.Dispose();

    private void Sweep()
    {
        Peer[] idle;
        lock (_lock)
            idle = [.. _peers.Where(peer => peer.IsStranger && _time.GetElapsedTime(peer.IdleSince) >= StrangerIdle)];
        foreach (Peer peer in idle)
            peer.Close();
    }

    /// <summary>The connection that has been idle for longest, of the address with most connections, if it has more than the new
    /// one.</summary>
    private Peer? FindReplaceable(int own) =>
        _peers
            .Where(peer => peer.Key is not null)
            .GroupBy(peer => peer.Key)
            .Where(group => group.Count() > own + 1 && group.Any(peer => peer.IsStranger))
            .MaxBy(group => group.Count())
            ?.Where(peer => peer.IsStranger)
            .MaxBy(peer => _time.GetElapsedTime(peer.IdleSince));

    private void CountRefusal(IPAddress? address)
    {
        _refused++;
        if (_reported && _time.GetElapsedTime(_reportedAt) < ReportInterval)
            return;
        _reported = true;
        _reportedAt = _time.GetTimestamp();
        LogRefused(_refused, address);
        _refused = 0;
    }

    [LoggerMessage(
        2028,
        LogLevel.Warning,
        "The page has refused {Count} connections, the last one from {Address}: that address, or all of them together, " + "have too many."
    )]
    private partial void LogRefused(long count, IPAddress? address);
}
