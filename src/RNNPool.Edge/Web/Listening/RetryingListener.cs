using System.Net;
using Microsoft.AspNetCore.Connections;
using RNNPool.Edge.Core;

namespace RNNPool.Edge.Web.Listening;

/// <summary>A listener that accepts no connections until its address can and may be used.</summary>
internal sealed partial class RetryingListener(
    IPEndPoint address,
    IConnectionListenerFactory sockets,
    ListenerHealth health,
    Func<IPEndPoint, bool> mayListen,
    TimeProvider time,
    ILogger logger
) : IConnectionListener
{
    private static readonly TimeSpan MinDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(15);

    private readonly CancellationTokenSource _unbound = new();
    private IConnectionListener? _bound;

    public EndPoint EndPoint => _bound?.EndPoint ?? address;

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        var backoff = new Backoff(MinDelay, MaxDelay);
        try
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _unbound.Token);
            while (_bound is null)
            {
                await Task.Delay(mayListen(address) ? backoff.Next() : MinDelay, time, end.Token).ConfigureAwait(false);
                await TryBindAsync(end.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_unbound.IsCancellationRequested)
        {
            return null;
        }

        return await _bound.AcceptAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Tries to listen, and shows a failure in health. The log has a line for the first failure, and one when it ends.</summary>
    public async ValueTask TryBindAsync(CancellationToken cancellationToken)
    {
        if (!mayListen(address))
            return;
        try
        {
            _bound = await sockets.BindAsync(address, cancellationToken).ConfigureAwait(false);
            if (health.Remove(address))
                LogListening(logger, address);
        }
        catch (Exception exception) when (ListenerHealth.MayPass(exception, address))
        {
            string reason = ListenerHealth.Describe(exception);
            if (health.Add(address, reason))
                LogNotListening(logger, address, reason);
        }
    }

    public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        await _unbound.CancelAsync().ConfigureAwait(false);
        if (_bound is { } bound)
            await bound.UnbindAsync(cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await _unbound.CancelAsync().ConfigureAwait(false);
        if (_bound is { } bound)
            await bound.DisposeAsync().ConfigureAwait(false);
    }

    [LoggerMessage(2026, LogLevel.Warning, "The page does not listen on {Address}: {Reason} The device works and tries again.")]
    private static partial void LogNotListening(ILogger logger, IPEndPoint address, string reason);

    [LoggerMessage(2027, LogLevel.Information, "The page listens on {Address} now.")]
    private static partial void LogListening(ILogger logger, IPEndPoint address);
}
