using System.Net;
using Microsoft.AspNetCore.Connections;

namespace RNNPool.Edge.Web.Listening;

/// <summary>
/// Listens on the addresses of the page. An address that cannot be used, because this machine does not have it yet or another program uses
/// the port, does not keep the device from its work: health is degraded, and the address is tried again.
/// </summary>
/// <param name="sockets">Listens on an address.</param>
/// <param name="health">Shows the addresses that cannot be used.</param>
/// <param name="isRequired">Whether the device must not start without an address.</param>
/// <param name="mayListen">Whether an address may be used now; it is asked again later.</param>
/// <param name="time">Clock of the attempts.</param>
/// <param name="logger">For the attempts.</param>
internal sealed class RetryingListenerFactory(
    IConnectionListenerFactory sockets,
    ListenerHealth health,
    Func<IPEndPoint, bool> isRequired,
    Func<IPEndPoint, bool> mayListen,
    TimeProvider time,
    ILogger<RetryingListenerFactory> logger
) : IConnectionListenerFactory
{
    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        if (endpoint is not IPEndPoint address || isRequired(address))
            return await sockets.BindAsync(endpoint, cancellationToken).ConfigureAwait(false);
        var listener = new RetryingListener(address, sockets, health, mayListen, time, logger);
        await listener.TryBindAsync(cancellationToken).ConfigureAwait(false);
        return listener;
    }
}
