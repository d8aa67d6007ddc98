using RNNPool.Edge.Pipeline.Status;

namespace RNNPool.Edge.Pipeline.Camera;

/// <summary>Takes the camera's place while none is configured: the device runs, says so, and waits to be set up on its page.</summary>
internal sealed partial class NoCamera(PipelineStatus status, TimeProvider timeProvider, ILogger<NoCamera> logger) : BackgroundService
{
    /// <summary>The source of a device that has none.</summary>
    public const string Source = "none:";

    private const string Reason = "No camera is configured; choose one on the page, or set Camera:Source.";

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>Whether a source is a camera.</summary>
    public static bool IsCamera(string? source) => !string.IsNullOrWhiteSpace(source) && source != Source;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        LogSetUp();
        while (!stoppingToken.IsCancellationRequested)
        {
            status.CameraFailed(Reason);
            await Task.Delay(Interval, timeProvider, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(1020, LogLevel.Warning, "No camera is configured. Open the page to choose one, or set Camera:Source.")]
    private partial void LogSetUp();
}
