using RNNPool.Edge.Health;
using RNNPool.Edge.Link.Coprocessor;
using RNNPool.Edge.Pipeline;
using RNNPool.Edge.Vision.Frames;

namespace RNNPool.Edge.Diagnostics;

/// <summary>Figures of the device at one time.</summary>
/// <param name="Time">The time (UTC).</param>
/// <param name="Fps">Frames detected per second.</param>
/// <param name="CaptureFps">Frames captured per second.</param>
/// <param name="InferenceMs">Median time of an inference in milliseconds; null before the first.</param>
/// <param name="FrameAgeMs">Milliseconds since the last frame.</param>
/// <param name="LinkErrors">Damaged frames, retransmissions, resets and timeouts of the coprocessor's link since the start; null without
/// one.</param>
/// <param name="TemperatureC">The processor's temperature in degrees Celsius; null without a sensor.</param>
public readonly record struct Sample(
    DateTime Time,
    float Fps,
    float CaptureFps,
    float? InferenceMs,
    float FrameAgeMs,
    long? LinkErrors,
    float? TemperatureC
);

/// <summary>
/// Samples the figures of the device once a second and keeps the last 15 minutes in memory that is allocated at the start. Thread-safe.
/// </summary>
internal sealed class SampleHistory(
    PipelineTotals totals,
    TemperatureHealth temperature,
    TimeProvider timeProvider,
    IEnumerable<CoprocessorClient> coprocessors
) : IHostedService, IDisposable
{
    /// <summary>Number of samples that are kept.</summary>
    public const int Capacity = 15 * 60;

    /// <summary>Time between two samples.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Sample[] _ring = new Sample[Capacity];
    private CoprocessorClient? _client;
    private ITimer? _timer;
    private long _taken;

    /// <summary>Number of samples since the start.</summary>
    public long Taken => Interlocked.Read(ref _taken);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _client = coprocessors.FirstOrDefault();
        _timer = timeProvider.CreateTimer(static history => ((SampleHistory)history!).Take(), this, Interval, Interval);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    /// <summary>The newest samples, oldest first.</summary>
    public Sample[] Newest(int limit)
    {
        lock (_lock)
        {
            var samples = new Sample[Math.Min(Math.Min(limit, Capacity), _taken)];
            for (int i = 0; i < samples.Length; i++)
                samples[i] = _ring[(_taken - samples.Length + i) % Capacity];
            return samples;
        }
    }

    public void Dispose() => _timer?.Dispose();

    private void Take()
    {
        var sample = new Sample(
            TimeLabel.ToMilliseconds(timeProvider.GetUtcNow()),
            Rounded(totals.InferenceRate),
            Rounded(totals.CaptureRate),
            totals.InferenceMilliseconds is { } median ? Rounded(median) : null,
            Rounded(totals.FrameAge.TotalMilliseconds),
            _client?.Counters is { } counters
                ? counters.DamagedFrames + counters.Retransmissions + counters.Resets + counters.Timeouts
                : null,
            temperature.Temperature is { } degrees ? Rounded(degrees) : null
        );
        lock (_lock)
        {
            _ring[_taken % Capacity] = sample;
            Interlocked.Increment(ref _taken);
        }
    }

    private static float Rounded(double value) => (float)Math.Round(value, 2);
}
