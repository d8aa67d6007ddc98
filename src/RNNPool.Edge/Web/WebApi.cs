using System.Net;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.Extensions.Options;
using RNNPool.Edge.Events;
using RNNPool.Edge.Web.Access;
using RNNPool.Edge.Web.Live;
using RNNPool.Edge.Web.Stream;

namespace RNNPool.Edge.Web;

/// <summary>The device's HTTP side: the page, what it shows and changes, <c>/health</c> and <c>/metrics</c>. See docs/web.md.</summary>
internal static class WebApi
{
    /// <summary>Longest time of a request that is no stream.</summary>
    private static readonly TimeSpan RequestTime = TimeSpan.FromSeconds(30);

    private const int MaxConnections = 128;

    public static void AddWebApi(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<WebOptions>().BindConfiguration(WebOptions.SectionName).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<WebOptions>, WebOptionsValidator>();
        builder.Services.AddRoutingCore();
        builder.Services.AddRequestTimeouts(options => options.DefaultPolicy = new RequestTimeoutPolicy { Timeout = RequestTime, TimeoutStatusCode = StatusCodes.Status503ServiceUnavailable });
        builder.Services.AddSingleton<LivePictures>().AddSingleton<LiveStream>();
        builder.WebHost.UseKestrelCore().ConfigureKestrel((context, kestrel) =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 0;
            kestrel.Limits.MaxConcurrentConnections = MaxConnections;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            kestrel.Listen(IPAddress.Loopback, kestrel.ApplicationServices.GetRequiredService<IOptions<WebOptions>>().Value.Port);
        });
    }

    public static void MapWebApi(this WebApplication app)
    {
        app.Use(SecurityHeaders.AddAsync);
        app.Use(HostCheck.CheckAsync);
        app.UsePage();
        app.UseRouting();
        app.UseRequestTimeouts();
        app.MapGet("/health", HealthApi.HealthAsync);
        app.MapGet("/metrics", HealthApi.MetricsAsync);
        app.MapGet("/api/state", StateAsync);
        app.MapGet("/api/events", EventsApi.EventsAsync);
        app.MapGet("/api/events/{id}/thumbnail.jpg", EventsApi.ThumbnailAsync);
        app.MapGet("/api/session", SessionApi.SessionAsync);
        app.MapGet("/api/stream", StreamApi.StreamAsync).DisableRequestTimeout();
        app.MapGet("/api/history", StreamApi.HistoryAsync);
        app.MapGet("/api/live.mjpg", LiveApi.MotionAsync).DisableRequestTimeout();
        app.MapGet("/api/live.jpg", LiveApi.PictureAsync);
        app.MapFallback(context => RefuseAsync(context, StatusCodes.Status404NotFound, "There is no such page; there are /, /health, /metrics, /api/state, /api/events and what /openapi.json describes."));
    }

    internal static Task RefuseAsync(HttpContext context, int status, string sentence)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(new ErrorReport(sentence), EventJson.Default.ErrorReport, cancellationToken: context.RequestAborted);
    }

    private static Task StateAsync(HttpContext context) =>
        context.Response.WriteAsJsonAsync(StateReports.Of(context.RequestServices), EventJson.Default.StateReport, cancellationToken: context.RequestAborted);
}
