using System.Net;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Options;
using Microsoft.ML.OnnxRuntime;
using RNNPool.Edge.Capture;
using RNNPool.Edge.Configuration;
using RNNPool.Edge.Control;
using RNNPool.Edge.Coprocessor;
using RNNPool.Edge.Events;
using RNNPool.Edge.Gpio;
using RNNPool.Edge.Link.Coprocessor;
using RNNPool.Edge.Mqtt;
using RNNPool.Edge.Pipeline;
using RNNPool.Edge.Vision.Detection;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Web;

/// <summary>The device's HTTP side: <c>/health</c>, <c>/metrics</c>, <c>/api/state</c> and <c>/api/events</c>, on loopback only.</summary>
internal static class WebApi
{
    public static void AddWebApi(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<WebOptions>().BindConfiguration(WebOptions.SectionName).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<WebOptions>, WebOptionsValidator>();
        builder.Services.AddRoutingCore();

        // A page of another site could reach loopback under a name of its own; such requests carry that name as their host.
        builder.Services.AddHostFiltering(options => options.AllowedHosts = ["localhost", "127.0.0.1", "[::1]"]);
        builder.WebHost.UseKestrelCore().ConfigureKestrel((context, kestrel) =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 0;
            kestrel.Limits.MaxConcurrentConnections = 64;
            kestrel.Listen(IPAddress.Loopback, kestrel.ApplicationServices.GetRequiredService<IOptions<WebOptions>>().Value.Port);
        });
    }

    public static void MapWebApi(this WebApplication app)
    {
        app.UseHostFiltering();
        app.MapGet("/health", HealthApi.HealthAsync);
        app.MapGet("/metrics", HealthApi.MetricsAsync);
        app.MapGet("/api/state", StateAsync);
        app.MapGet("/api/events", EventsApi.EventsAsync);
        app.MapGet("/api/events/{id}/thumbnail.jpg", EventsApi.ThumbnailAsync);
        app.MapFallback(context => RefuseAsync(context, StatusCodes.Status404NotFound, "There is no such page; there are /health, /metrics, /api/state and /api/events."));
    }

    private static Task StateAsync(HttpContext context) =>
        context.Response.WriteAsJsonAsync(Report(context.RequestServices), EventJson.Default.StateReport, cancellationToken: context.RequestAborted);

    internal static Task RefuseAsync(HttpContext context, int status, string sentence)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(new ErrorReport(sentence), EventJson.Default.ErrorReport, cancellationToken: context.RequestAborted);
    }

    private static StateReport Report(IServiceProvider services)
    {
        var status = services.GetRequiredService<PipelineStatus>();
        var state = services.GetRequiredService<OccupancyState>();
        var detector = services.GetRequiredService<IDetector>();
        var camera = services.GetRequiredService<ICameraFactory>();
        Occupancy occupancy = state.Current;
        return new StateReport(
            occupancy.Occupied,
            occupancy.Count,
            occupancy.Counts,
            occupancy.ZoneCounts,
            state.Presences(),
            new CameraReport(
                camera.Name,
                camera.Source,
                status.Camera.ToString().ToLowerInvariant(),
                status.CameraFailure,
                status.FrameWidth,
                status.FrameHeight,
                Math.Round(status.CaptureRate, 2),
                status.Frames,
                services.GetRequiredService<LatestFrame>().Dropped,
                Math.Round(status.FrameAge.TotalMilliseconds)),
            new EngineReport(
                detector.Engine,
                detector.Model,
                detector.Labels,
                Math.Round(status.InferenceRate, 2),
                status.InferenceMilliseconds is { } median ? Math.Round(median, 2) : null,
                status.Inferences,
                status.InferenceErrors,
                Math.Round(status.InferenceAge.TotalMilliseconds)),
            Detection(services),
            Coprocessor(services),
            services.GetRequiredService<EventDispatcher>().Sinks,
            services.GetRequiredService<GpioStatus>().Report,
            services.GetService<MqttSink>()?.Status,
            status.StartTime.UtcDateTime,
            Math.Round(status.Uptime.TotalSeconds, 1),
            new ProcessReport(
                Environment.WorkingSet,
                GC.GetTotalMemory(forceFullCollection: false),
                GC.GetTotalAllocatedBytes(),
                GC.CollectionCount(0),
                Math.Round(Environment.CpuUsage.TotalTime.TotalSeconds, 2)),
            Versions());
    }

    private static DetectionReport Detection(IServiceProvider services)
    {
        var controls = services.GetRequiredService<DeviceControls>();
        float threshold = controls.EnterThreshold ?? services.GetRequiredService<LiveSettings<PresenceOptions>>().Current.EnterThreshold;
        return new DetectionReport(controls.DetectionEnabled, controls.Active, controls.Pause, Math.Round(threshold, 4), controls.EnterThreshold is not null);
    }

    private static CoprocessorReport? Coprocessor(IServiceProvider services) => services.GetService<FailoverDetector>() is { } detector
        ? CoprocessorReport.Of(
            services.GetRequiredService<IOptions<Coprocessor.CoprocessorOptions>>().Value,
            services.GetRequiredService<CoprocessorClient>(),
            services.GetRequiredService<CoprocessorStatus>(),
            detector)
        : null;

    private static VersionReport Versions() => new(
        ProductVersion.Text,
        Environment.Version.ToString(),
        ProductVersion.Of(typeof(InferenceSession).Assembly),
        $"{RuntimeInformation.OSDescription} {RuntimeInformation.OSArchitecture}");
}
