using System.Net;
using Microsoft.Extensions.Options;

namespace RNNPool.Edge.Web.Access;

/// <summary>
/// Decides where a request comes from. A request that a proxy has forwarded is refused unless <c>Web:Proxies</c> names the proxy, and an
/// address in that list never counts as this machine, even when it adds no header.
/// </summary>
internal sealed class OriginMiddleware(RequestDelegate next, IOptions<WebOptions> options)
{
    private readonly ProxyList _proxies = new(options.Value.Proxies);

    public Task InvokeAsync(HttpContext context)
    {
        IPAddress? remote = context.Connection.RemoteIpAddress;
        bool fromProxy = _proxies.Contains(remote);
        if (!fromProxy && RequestOrigin.IsForwarded(context.Request.Headers))
        {
            return Problems.WriteAsync(
                context,
                StatusCodes.Status403Forbidden,
                $"A proxy at {remote} has forwarded this request; add its address to Web:Proxies."
            );
        }

        context.Features.Set(new RequestOrigin(!fromProxy && RequestOrigin.IsDirectLoopback(context)));
        return next(context);
    }
}
