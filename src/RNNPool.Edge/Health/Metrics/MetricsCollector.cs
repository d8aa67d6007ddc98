using System.Buffers;
using System.Diagnostics.Metrics;
using RNNPool.Edge.Core;

namespace RNNPool.Edge.Health.Metrics;

/// <summary>
/// Collects all instruments of the device's meter and writes them as Prometheus text. Recording a value of known labels does not allocate.
/// Thread-safe.
/// </summary>
internal sealed class MetricsCollector : IDisposable
{
    /// <summary>Content type of <see cref="Write"/>.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly SortedDictionary<string, MetricFamily> _families = new(StringComparer.Ordinal);
    private readonly MeterListener _listener = new();

    /// <param name="metrics">The meter, with its present and future instruments.</param>
    /// <param name="instruments">Not used; the dependency creates the instruments of the device.</param>
    public MetricsCollector(DeviceMetrics metrics, DeviceInstruments? instruments = null)
    {
        _ = instruments;
        Meter meter = metrics.Meter;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter != meter)
                return;
            var family = new MetricFamily(instrument);
            lock (_families)
            {
                if (!_families.TryAdd(family.Name, family))
                    return;
            }

            listener.EnableMeasurementEvents(instrument, family);
        };
        _listener.SetMeasurementEventCallback<int>((_, value, tags, state) => ((MetricFamily)state!).Record(value, tags));
        _listener.SetMeasurementEventCallback<long>((_, value, tags, state) => ((MetricFamily)state!).Record(value, tags));
        _listener.SetMeasurementEventCallback<float>((_, value, tags, state) => ((MetricFamily)state!).Record(value, tags));
        _listener.SetMeasurementEventCallback<double>((_, value, tags, state) => ((MetricFamily)state!).Record(value, tags));
        _listener.Start();
    }

    /// <summary>Writes all families, by name.</summary>
    public void Write(IBufferWriter<byte> output)
    {
        MetricFamily[] families;
        lock (_families)
            families = [.. _families.Values];
        foreach (MetricFamily family in families)
            family.BeginScrape();
        _listener.RecordObservableInstruments();
        var text = new PrometheusText(output);
        foreach (MetricFamily family in families)
            family.Write(text);
    }

    public void Dispose() => _listener.Dispose();
}
