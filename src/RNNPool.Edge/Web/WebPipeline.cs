using Microsoft.Extensions.Options;
using RNNPool.Edge.Web.Access;

namespace RNNPool.Edge.Web;

/// <summary>The order of the middleware.</summary>
internal static class WebPipeline
{
    /// <summary>Adds the middleware and maps every registered group of endpoints.</summary>
    public static void MapWeb(this WebApplication app)
    {
        app.Use(SecurityHeaders.AddAsync);
        app.UseMiddleware<ProblemMiddleware>();

        // The origin is judged by the connection itself, before the headers of a proxy replace its addresses.
        app.UseMiddleware<OriginMiddleware>();
        if (new ProxyList(app.Services.GetRequiredService<IOptions<WebOptions>>().Value.Proxies).CreateOptions() is { } proxies)
            app.UseForwardedHeaders(proxies);
        app.UseMiddleware<HostMiddleware>();
        app.UsePage();
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseMiddleware<ForgeryMiddleware>();
        app.UseRequestTimeouts();
        RouteGroupBuilder routes = app.MapDevice();
        foreach (IEndpointGroup group in app.Services.GetServices<IEndpointGroup>())
            group.Map(routes);
    }
}
