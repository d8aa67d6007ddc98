using System.Runtime.InteropServices;
using Microsoft.Extensions.Options;
using Microsoft.ML.OnnxRuntime;
using RNNPool.Edge.Core;
using RNNPool.Edge.Events;
using RNNPool.Edge.Health;
using RNNPool.Edge.Link.Coprocessor;
using RNNPool.Edge.Pipeline.Camera;
using RNNPool.Edge.Pipeline.Control;
using RNNPool.Edge.Pipeline.Coprocessor;
using RNNPool.Edge.Pipeline.Status;
using RNNPool.Edge.Sinks.Gpio;
using RNNPool.Edge.Sinks.Mqtt;
using RNNPool.Edge.Vision.Cameras;
using RNNPool.Edge.Vision.Detectors;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Web;

/// <summary>Puts the state together.</summary>
internal static class StateReports
{
    private static readonly Lazy<DeviceIdentity> Identity = new(() => DeviceIdentity.Read());

    /// <summary>The state as it is now.</summary>
    public static StateReport Of(IServiceProvider services)
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
                services.GetRequiredService<FrameSlot>().Dropped,
                Math.Round(status.FrameAge.TotalMilliseconds)
            ),
            new EngineReport(
                detector.Engine,
                detector.Model,
                detector.Labels,
                Math.Round(status.InferenceRate, 2),
                status.InferenceMilliseconds is { } median ? Math.Round(median, 2) : null,
                status.Inferences,
                status.InferenceErrors,
                Math.Round(status.InferenceAge.TotalMilliseconds)
            ),
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
                Math.Round(Environment.CpuUsage.TotalTime.TotalSeconds, 2)
            ),
            Versions(),
            Device(services),
            services.GetRequiredService<HealthModel>().Evaluate(),
            services.GetRequiredService<TemperatureHealth>().Temperature
        );
    }

    private static DetectionReport Detection(IServiceProvider services)
    {
        var controls = services.GetRequiredService<DeviceControls>();
        float threshold = controls.EnterThreshold ?? services.GetRequiredService<ILive<PresenceOptions>>().Current.EnterThreshold;
        return new DetectionReport(
            controls.DetectionEnabled,
            controls.Active,
            controls.Pause,
            Math.Round(threshold, 4),
            controls.EnterThreshold is not null
        );
    }

    private static CoprocessorReport? Coprocessor(IServiceProvider services) =>
        services.GetService<FailoverDetector>() is { } detector
            ? CoprocessorReport.Of(
                services.GetRequiredService<IOptions<Pipeline.Coprocessor.CoprocessorOptions>>().Value,
                services.GetRequiredService<CoprocessorClient>(),
                services.GetRequiredService<CoprocessorStatus>(),
                detector
            )
            : null;

    private static DeviceReport Device(IServiceProvider services)
    {
        DeviceOptions options = services.GetRequiredService<IOptions<DeviceOptions>>().Value;
        return new DeviceReport(options.Id ?? Identity.Value.Id, options.Name ?? Environment.MachineName);
    }

    /// <summary>What runs here.</summary>
    public static VersionReport Versions() =>
        new(
            ProductVersion.Text,
            Environment.Version.ToString(),
            ProductVersion.Of(typeof(InferenceSession).Assembly),
            $"{RuntimeInformation.OSDescription} {RuntimeInformation.OSArchitecture}"
        );

    /// <summary>What listeners want to hear of at once when it changes; figures that always change are left out.</summary>
    public static string Key(StateReport report)
    {
        string presences = string.Join(
            ' ',
            report.Presences.Select(presence => $"{presence.Id}{presence.Stationary}{string.Join('+', presence.Zones)}")
        );
        string sinks = string.Join(' ', report.Sinks.Select(sink => sink.Name + sink.Open));
        return string.Join(
            '|',
            presences,
            string.Join(' ', report.Counts),
            string.Join(' ', report.ZoneCounts),
            $"{report.Camera.State} {report.Camera.Failure} {report.Camera.Width}x{report.Camera.Height}",
            $"{report.Engine.Name} {report.Engine.Model}",
            report.Detection,
            report.Coprocessor is { } coprocessor
                ? $"{coprocessor.Link} {coprocessor.InUse} {coprocessor.Obstacle} {coprocessor.UploadPercent} {coprocessor.Device?.ModelSha256}"
                : "",
            sinks,
            report.Gpio is { } gpio ? string.Join(' ', gpio.Outputs) : "",
            report.Health.State,
            string.Join(' ', report.Health.Components.Select(component => component.State)),
            report.Mqtt is { } mqtt ? $"{mqtt.Connected}" : ""
        );
    }
}
