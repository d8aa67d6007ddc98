namespace RNNPool.Edge.Web.Sockets;

/// <summary>
/// Makes a WebSocket of HTTP/2 (RFC 8441), which has the method CONNECT, reach the same endpoint as one of HTTP/1.1, which has GET.
/// </summary>
internal sealed class SocketMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        // The property judges the method once, and keeps the result.
        if (context.WebSockets.IsWebSocketRequest && HttpMethods.IsConnect(context.Request.Method))
            context.Request.Method = HttpMethods.Get;
        return next(context);
    }
}
