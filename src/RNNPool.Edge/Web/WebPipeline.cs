using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Web.Access;
using RNNPool.Edge.Web.Connections;
using RNNPool.Edge.Web.Sockets;

namespace RNNPool.Edge.Web;

/// <summary>The order of the middleware.</summary>
internal sealed class WebPipeline(IOptions<WebOptions> options, IEnumerable<IEndpointGroup> groups, PageAddress page)
{
    /// <summary>Adds the middleware and maps every registered group of endpoints.</summary>
    public void Apply(WebApplication app)
    {
        app.UseMiddleware<PeerMiddleware>();
        app.UseMiddleware<SecurityHeaders>();
        app.UseMiddleware<ProblemMiddleware>();

        // The origin is judged by the connection itself, before the headers of a proxy replace its addresses.
        app.UseMiddleware<OriginMiddleware>();
        if (new ProxyList(options.Value.Proxies).CreateOptions() is { } proxies)
            app.UseForwardedHeaders(proxies);
        app.UseMiddleware<HostMiddleware>();
        app.UsePage(page);
        app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = PageSocket.PingInterval, KeepAliveTimeout = PageSocket.PingTimeout });
        app.UseMiddleware<SocketMiddleware>();
        app.UseRouting();
        app.UseMiddleware<CrossSiteMiddleware>();
        app.UseCors();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseMiddleware<ForgeryMiddleware>();
        app.UseRequestTimeouts();
        RouteGroupBuilder routes = app.MapDevice();
        foreach (IEndpointGroup group in groups)
            group.Map(routes);
    }
}
