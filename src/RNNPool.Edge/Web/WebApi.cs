using System.Net;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Web.Access;
using RNNPool.Edge.Web.Diagnostics;
using RNNPool.Edge.Web.Live;
using RNNPool.Edge.Web.Models;
using RNNPool.Edge.Web.Settings;
using RNNPool.Edge.Web.Setup;
using RNNPool.Edge.Web.Stream;

namespace RNNPool.Edge.Web;

/// <summary>The device's HTTP side: the page, what it shows and changes, <c>/health</c> and <c>/metrics</c>. See docs/web.md.</summary>
internal static partial class WebApi
{
    /// <summary>Longest time of a request that is no stream.</summary>
    private static readonly TimeSpan RequestTime = TimeSpan.FromSeconds(30);

    /// <summary>Longest time of an upload.</summary>
    private static readonly TimeSpan UploadTime = TimeSpan.FromMinutes(5);

    private const int MaxConnections = 128,
        MaxBody = 64 * 1024;

    public static void AddWebApi(this IServiceCollection services)
    {
        services.AddSection<WebOptions, WebOptionsValidator>(WebOptions.SectionName);
        services.AddRoutingCore();
        services.AddRequestTimeouts(options =>
            options.DefaultPolicy = new RequestTimeoutPolicy
            {
                Timeout = RequestTime,
                TimeoutStatusCode = StatusCodes.Status503ServiceUnavailable,
            }
        );
        services.AddSingleton<AccessFile>().AddSingleton<AccessStore>().AddSingleton<Sessions>().AddSingleton<SignInLimit>();
        services.AddHostedService<AccessWatch>();
        services.AddSingleton<LivePictures>().AddSingleton<LiveStream>();
        services.Configure<KestrelServerOptions>(Listen);
    }

    public static void MapWebApi(this WebApplication app)
    {
        app.UseProxies();
        app.Use(SecurityHeaders.AddAsync);
        app.Use(HostCheck.CheckAsync);
        app.UsePage();
        app.UseRouting();
        app.Use(AccessGate.CheckAsync);
        app.UseRequestTimeouts();
        app.MapGet("/health", HealthApi.HealthAsync).For(Audience.ThisMachine);
        app.MapGet("/metrics", HealthApi.MetricsAsync).For(Audience.ThisMachine);
        app.MapGet("/api/session", SessionApi.SessionAsync).For(Audience.Anyone);
        app.MapPost("/api/session", SessionApi.SignInAsync).For(Audience.Anyone);
        app.MapDelete("/api/session", SessionApi.SignOutAsync);
        app.MapPut("/api/password", SessionApi.PasswordAsync);
        app.MapGet("/api/tokens", TokenApi.ListAsync);
        app.MapPost("/api/tokens", TokenApi.AddAsync);
        app.MapDelete("/api/tokens/{id}", TokenApi.RemoveAsync);
        app.MapGet("/api/state", StateAsync);
        app.MapGet("/api/events", EventsApi.EventsAsync);
        app.MapGet("/api/events/{id}/thumbnail.jpg", EventsApi.ThumbnailAsync);
        app.MapGet("/api/stream", StreamApi.StreamAsync).DisableRequestTimeout();
        app.MapGet("/api/history", StreamApi.HistoryAsync);
        app.MapGet("/api/live.mjpg", LiveApi.MotionAsync).DisableRequestTimeout();
        app.MapGet("/api/live.jpg", LiveApi.PictureAsync);
        app.MapGet("/api/settings", SettingsApi.ListAsync);
        app.MapPatch("/api/settings", SettingsApi.ChangeAsync);
        app.MapGet("/api/zones", ZonesApi.GetAsync);
        app.MapPut("/api/zones", ZonesApi.PutAsync);
        app.MapPost("/api/control", ControlApi.ControlAsync);
        app.MapGet("/api/cameras", CameraApi.ListAsync);
        app.MapGet("/api/cameras/preview.jpg", CameraApi.PreviewAsync);
        app.MapPost("/api/test/camera", TrialApi.CameraAsync);
        app.MapPost("/api/test/pin", TrialApi.PinAsync);
        app.MapPost("/api/test/broker", TrialApi.BrokerAsync);
        app.MapGet("/api/models", ModelsApi.ListAsync);
        app.MapPost("/api/models", ModelsApi.AddAsync).WithRequestTimeout(UploadTime);
        app.MapGet("/api/firmware", FirmwareApi.GetAsync);
        app.MapPost("/api/firmware/model", FirmwareApi.UploadAsync).WithRequestTimeout(UploadTime);
        app.MapGet("/api/log", LogApi.LogAsync);
        app.MapGet("/api/diagnostics.zip", DiagnosticsApi.DownloadAsync);
        app.MapGet("/openapi.json", OpenApiAsync).For(Audience.Anyone);
        app.MapFallback(context =>
                RefuseAsync(
                    context,
                    StatusCodes.Status404NotFound,
                    "There is no such page; there are /, /health, /metrics, /api/state, /api/events and what /openapi.json describes."
                )
            )
            .For(Audience.Anyone);
    }

    /// <summary>Answers with one sentence that says what is wrong.</summary>
    internal static Task RefuseAsync(HttpContext context, int status, string sentence)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(
            new ErrorReport(sentence),
            StateJson.Default.ErrorReport,
            cancellationToken: context.RequestAborted
        );
    }

    private static void For(this IEndpointConventionBuilder endpoint, Audience audience) =>
        endpoint.WithMetadata(new AudienceMetadata(audience));

    private static async Task OpenApiAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        System.IO.Stream document = typeof(WebApi).Assembly.GetManifestResourceStream("openapi.json")!;
        await using (document.ConfigureAwait(false))
            await document.CopyToAsync(context.Response.Body, context.RequestAborted).ConfigureAwait(false);
    }

    private static Task StateAsync(HttpContext context) =>
        context.Response.WriteAsJsonAsync(
            StateReports.Of(context.RequestServices),
            StateJson.Default.StateReport,
            cancellationToken: context.RequestAborted
        );

    private static void Listen(KestrelServerOptions kestrel)
    {
        WebOptions options = kestrel.ApplicationServices.GetRequiredService<IOptions<WebOptions>>().Value;
        kestrel.AddServerHeader = false;

        // Endpoints that take more say so; what nobody reads is read to its end and thrown away, within this bound.
        kestrel.Limits.MaxRequestBodySize = MaxBody;
        kestrel.Limits.MaxConcurrentConnections = MaxConnections;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        kestrel.Listen(IPAddress.Loopback, options.Port);
        if (options.Listen.Count == 0)
            return;
        var loggers = kestrel.ApplicationServices.GetRequiredService<ILoggerFactory>();
        ServerCertificate? certificate = options.Tls.CertificateFile is null
            ? null
            : new ServerCertificate(
                options.Tls,
                kestrel.ApplicationServices.GetRequiredService<TimeProvider>(),
                loggers.CreateLogger<ServerCertificate>()
            );
        foreach (string text in options.Listen)
        {
            if (!WebOptionsValidator.TryEndPoint(text, out IPEndPoint at))
                continue;
            if (certificate is null && !IPAddress.IsLoopback(at.Address) && options.Proxies.Count == 0)
                LogClear(loggers.CreateLogger("RNNPool.Edge.Web"), text);
            kestrel.Listen(at, endpoint =>
            {
                if (certificate is not null)
                    endpoint.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(certificate.Current) });
            });
        }
    }

    private static void UseProxies(this WebApplication app)
    {
        WebOptions options = app.Services.GetRequiredService<IOptions<WebOptions>>().Value;
        if (options.Proxies.Count == 0)
            return;
        var forwarded = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost,
        };
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        foreach (string text in options.Proxies)
        {
            if (IPAddress.TryParse(text, out IPAddress? address))
                forwarded.KnownProxies.Add(address);
            else if (System.Net.IPNetwork.TryParse(text, out System.Net.IPNetwork network))
                forwarded.KnownIPNetworks.Add(network);
        }

        app.UseForwardedHeaders(forwarded);
    }

    [LoggerMessage(
        2017,
        LogLevel.Warning,
        "The page listens on {Address} without TLS: the password crosses the network in the clear. Set Web:Tls:CertificateFile, or put a reverse proxy before it and name it in Web:Proxies."
    )]
    private static partial void LogClear(ILogger logger, string address);
}
