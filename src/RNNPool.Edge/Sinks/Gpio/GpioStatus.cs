using System.Diagnostics.Metrics;
using RNNPool.Edge.Core;

namespace RNNPool.Edge.Sinks.Gpio;

/// <summary>State of the pins, for health, metrics and <c>/api/state</c>. Thread-safe.</summary>
public sealed class GpioStatus : IHealthSource
{
    private static readonly double[] LatencyBounds = [0.005, 0.01, 0.02, 0.03, 0.06, 0.1, 0.2, 0.5, 1];

    private readonly DurationWindow _frameToPin = new(1024);
    private readonly Histogram<double> _frameToPinSeconds;
    private volatile IReadOnlyList<PinStatus> _outputs = [];
    private volatile IReadOnlyList<PinStatus> _inputs = [];

    /// <summary>Creates the instruments.</summary>
    public GpioStatus(DeviceMetrics metrics)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        _frameToPinSeconds = metrics.Meter.CreateHistogram(
            "rnnpool_edge_gpio_frame_to_pin_seconds",
            null,
            "Time from the capture of a frame to the pin change that it causes.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = LatencyBounds }
        );
        metrics.Meter.CreateObservableGauge(
            "rnnpool_edge_gpio_pins_failed",
            () => _outputs.Concat(_inputs).Count(pin => pin.Failure is not null),
            null,
            "Pins that cannot be used now."
        );
    }

    /// <inheritdoc/>
    public string Name => "gpio";

    /// <inheritdoc/>
    public string? Failure => null;

    /// <inheritdoc/>
    public string? Degradation => _inputs.Concat(_outputs).Select(pin => pin.Failure).FirstOrDefault(failure => failure is not null);

    /// <summary>The current state; null when no pin is configured.</summary>
    public GpioReport? Report =>
        _outputs.Count + _inputs.Count == 0
            ? null
            : new GpioReport(
                _outputs,
                _inputs,
                _frameToPin.Count,
                Rounded(_frameToPin.QuantileMilliseconds(0.5)),
                Rounded(_frameToPin.QuantileMilliseconds(0.99))
            );

    internal void Set(IReadOnlyList<PinStatus> outputs, IReadOnlyList<PinStatus> inputs)
    {
        _outputs = outputs;
        _inputs = inputs;
    }

    /// <summary>Records the time from the capture of a frame to the pin change that it has caused.</summary>
    internal void RecordFrameToPin(TimeSpan latency)
    {
        _frameToPin.Add(latency);
        _frameToPinSeconds.Record(latency.TotalSeconds);
    }

    private static double? Rounded(double? milliseconds) => milliseconds is { } value ? Math.Round(value, 2) : null;
}

/// <summary>State of one pin.</summary>
/// <param name="Pin">The line, as in the settings.</param>
/// <param name="Role">Source of an output, or function of an input.</param>
/// <param name="On">Whether the output is on, or the input active.</param>
/// <param name="Failure">Why the pin cannot be used, as a sentence; null while it can.</param>
public sealed record PinStatus(string Pin, string Role, bool On, string? Failure);

/// <summary>The pins, in <c>/api/state</c>.</summary>
/// <param name="Outputs">Output pins.</param>
/// <param name="Inputs">Input pins.</param>
/// <param name="Changes">How often presence has changed a pin since the start.</param>
/// <param name="FrameToPinMsP50">
/// Median time from the capture of a frame to the pin change, of the last 1024 changes, in milliseconds; null before the first.
/// </param>
/// <param name="FrameToPinMsP99">99th percentile of the same.</param>
public sealed record GpioReport(
    IReadOnlyList<PinStatus> Outputs,
    IReadOnlyList<PinStatus> Inputs,
    long Changes,
    double? FrameToPinMsP50,
    double? FrameToPinMsP99
);
