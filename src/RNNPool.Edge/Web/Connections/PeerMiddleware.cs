using RNNPool.Edge.Web.Access;

namespace RNNPool.Edge.Web.Connections;

/// <summary>Records which connections are in use, and which of them have signed in.</summary>
internal sealed class PeerMiddleware(RequestDelegate next, PeerConnections connections)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (PeerConnections.Get(context) is not { } peer)
        {
            await next(context).ConfigureAwait(false);
            return;
        }

        connections.BeginRequest(peer);
        try
        {
            await next(context).ConfigureAwait(false);
        }
        finally
        {
            connections.EndRequest(peer, Caller.Get(context) is not null);
        }
    }
}
