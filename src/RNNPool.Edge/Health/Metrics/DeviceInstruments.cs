using System.Diagnostics.Metrics;
using RNNPool.Edge.Core;
using RNNPool.Edge.Events;
using RNNPool.Edge.Pipeline;
using RNNPool.Edge.Vision.Imaging;

namespace RNNPool.Edge.Health.Metrics;

/// <summary>Instruments of the pipeline, the health and the process. All are read when the metrics are collected.</summary>
internal sealed class DeviceInstruments
{
    /// <summary>From person-vww-96 on a desktop processor to face-qvga on a microcontroller.</summary>
    private static readonly double[] InferenceBounds = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5];

    private static readonly PictureFault[] Faults = [.. Enum.GetValues<PictureFault>().Where(fault => fault != PictureFault.None)];

    public DeviceInstruments(
        DeviceMetrics metrics,
        CameraSet cameras,
        DeviceStart start,
        HealthMonitor health,
        EventHistory events,
        OccupancyState occupancy,
        EventDispatcher dispatcher,
        TemperatureHealth temperature,
        PowerHealth power,
        DiskHealth disk
    )
    {
        Meter meter = metrics.Meter;
        meter.CreateObservableGauge(
            "rnnpool_edge_build_info",
            () =>
                new Measurement<int>(
                    1,
                    new KeyValuePair<string, object?>("version", ProductVersion.Text),
                    new("runtime", Environment.Version.ToString())
                ),
            null,
            "Versions of the program and of .NET; always 1."
        );
        meter.CreateObservableCounter(
            "rnnpool_edge_frames_total",
            () => Measure(cameras, camera => camera.Status.Frames),
            null,
            "Frames captured."
        );
        meter.CreateObservableCounter(
            "rnnpool_edge_inferences_total",
            () => Measure(cameras, camera => camera.Status.Inferences),
            null,
            "Frames that the detector has processed."
        );
        meter.CreateObservableCounter(
            "rnnpool_edge_inference_errors_total",
            () => Measure(cameras, camera => camera.Status.InferenceErrors),
            null,
            "Frames that the detector failed on."
        );
        meter.CreateObservableGauge(
            "rnnpool_edge_frame_age_seconds",
            () => Measure(cameras, camera => camera.Status.FrameAge.TotalSeconds),
            null,
            "Time since the last frame."
        );
        meter.CreateObservableGauge(
            "rnnpool_edge_inference_age_seconds",
            () => Measure(cameras, camera => camera.Status.InferenceAge.TotalSeconds),
            null,
            "Time since the last inference."
        );
        CreateInferenceTimes(meter, cameras);
        meter.CreateObservableGauge(
            "rnnpool_edge_frames_per_second",
            () => Measure(cameras, camera => camera.Status.CaptureRate),
            null,
            "Rate of the last 32 frames."
        );
        meter.CreateObservableGauge(
            "rnnpool_edge_picture_fault",
            () => cameras.SelectMany(Measure),
            null,
            "Whether a camera has shown a picture with this fault for long: 0 or 1."
        );
        meter.CreateObservableCounter("rnnpool_edge_events_total", () => events.Total, null, "Events since the start.");
        meter.CreateObservableGauge(
            "rnnpool_edge_presences",
            () => Measure(cameras, occupancy, "label", state => state.Counts),
            null,
            "Announced presences by label."
        );
        meter.CreateObservableGauge(
            "rnnpool_edge_zone_presences",
            () => Measure(cameras, occupancy, "zone", state => state.ZoneCounts),
            null,
            "Announced presences by zone."
        );
        meter.CreateObservableCounter(
            "rnnpool_edge_sink_delivered_total",
            () => dispatcher.Sinks.Select(sink => Measure(sink.Name, sink.Delivered)),
            null,
            "Events delivered by sink."
        );
        meter.CreateObservableCounter(
            "rnnpool_edge_sink_failed_total",
            () => dispatcher.Sinks.Select(sink => Measure(sink.Name, sink.Failed)),
            null,
            "Events that a sink refused."
        );
        meter.CreateObservableCounter(
            "rnnpool_edge_sink_dropped_total",
            () => dispatcher.Sinks.Select(sink => Measure(sink.Name, sink.Dropped)),
            null,
            "Events dropped because a sink's queue was full."
        );
        meter.CreateObservableGauge("rnnpool_edge_healthy", () => health.Current.Healthy ? 1 : 0, null, "Whether the device is healthy.");
        meter.CreateObservableGauge(
            "rnnpool_edge_component_state",
            () =>
                health.Current.Components.Select(part => new Measurement<int>(
                    (int)part.State,
                    new KeyValuePair<string, object?>("component", part.Name)
                )),
            null,
            "State of each component: 0 good, 1 paused, 2 degraded, 3 failed."
        );
        meter.CreateObservableGauge(
            "rnnpool_edge_temperature_celsius",
            () => Optional(temperature.Temperature),
            null,
            "Temperature of the processor."
        );
        meter.CreateObservableGauge(
            "rnnpool_edge_under_voltage",
            () => Optional(power.IsLow is { } low ? (low ? 1 : 0) : null),
            null,
            "Whether the supply voltage is too low, where the machine reports it."
        );
        meter.CreateObservableGauge(
            "rnnpool_edge_throttled",
            () => Optional(temperature.IsThrottled is { } throttled ? (throttled ? 1 : 0) : null),
            null,
            "Whether the firmware throttles the processor, where the machine reports it."
        );
        meter.CreateObservableGauge(
            "rnnpool_edge_state_free_bytes",
            () => Optional(disk.FreeBytes),
            null,
            "Free space on the disk of the state folder."
        );
        meter.CreateObservableGauge("process_resident_memory_bytes", () => Environment.WorkingSet, null, "Memory in RAM.");
        meter.CreateObservableCounter(
            "process_cpu_seconds_total",
            () => Environment.CpuUsage.TotalTime.TotalSeconds,
            null,
            "Processor time since the start."
        );
        meter.CreateObservableGauge(
            "process_start_time_seconds",
            () => start.Time.ToUnixTimeMilliseconds() / 1000.0,
            null,
            "Start of the process, in seconds since 1970."
        );
        meter.CreateObservableCounter(
            "dotnet_allocated_bytes_total",
            () => GC.GetTotalAllocatedBytes(),
            null,
            "Managed memory allocated since the start."
        );
        meter.CreateObservableCounter(
            "dotnet_collections_total",
            () =>
                Enumerable
                    .Range(0, GC.MaxGeneration + 1)
                    .Select(generation => new Measurement<int>(
                        GC.CollectionCount(generation),
                        new KeyValuePair<string, object?>("generation", generation)
                    )),
            null,
            "Garbage collections since the start."
        );
    }

    private static void CreateInferenceTimes(Meter meter, CameraSet cameras)
    {
        Histogram<double> seconds = meter.CreateHistogram(
            "rnnpool_edge_inference_seconds",
            null,
            "Time of an inference.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = InferenceBounds }
        );
        foreach (CameraPorts camera in cameras)
        {
            KeyValuePair<string, object?>[] labels = cameras.Count == 1 ? [] : [new("camera", camera.Name)];
            camera.Status.Inferred += duration => seconds.Record(duration.TotalSeconds, labels);
        }
    }

    /// <summary>One measurement for each camera, with its name; without the name if there is one camera only.</summary>
    private static IEnumerable<Measurement<T>> Measure<T>(CameraSet cameras, Func<CameraPorts, T> read)
        where T : struct =>
        cameras.Count == 1
            ? [new Measurement<T>(read(cameras[0]))]
            : cameras.Select(camera => new Measurement<T>(read(camera), new KeyValuePair<string, object?>("camera", camera.Name)));

    private static IEnumerable<Measurement<int>> Measure(
        CameraSet cameras,
        OccupancyState occupancy,
        string label,
        Func<Occupancy, IReadOnlyDictionary<string, int>> read
    ) =>
        cameras.Count == 1
            ? read(occupancy.Current)
                .Select(count => new Measurement<int>(count.Value, new KeyValuePair<string, object?>(label, count.Key)))
            : cameras.SelectMany(camera =>
                read(occupancy.Find(camera.Name))
                    .Select(count => new Measurement<int>(
                        count.Value,
                        new KeyValuePair<string, object?>("camera", camera.Name),
                        new(label, count.Key)
                    ))
            );

    private static IEnumerable<Measurement<int>> Measure(CameraPorts camera) =>
        Faults.Select(fault => new Measurement<int>(
            camera.Picture.Fault == fault ? 1 : 0,
            new KeyValuePair<string, object?>("camera", camera.Name),
            new("fault", fault.ToString().ToLowerInvariant())
        ));

    private static Measurement<long> Measure(string sink, long value) => new(value, new KeyValuePair<string, object?>("sink", sink));

    private static Measurement<double>[] Optional(double? value) => value is { } known ? [new Measurement<double>(known)] : [];
}
