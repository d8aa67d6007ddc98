using System.Runtime.InteropServices;
using RNNPool.Edge.Core;

namespace RNNPool.Edge.Host;

/// <summary>
/// Stops a device whose terminal is closed (SIGHUP), so that the camera does not go on unseen. A device that was started without a terminal
/// reads its settings again instead; one that was started with nohup(1) runs on.
/// </summary>
internal sealed partial class HangupStop(IHostApplicationLifetime lifetime, ILogger<HangupStop> logger) : IHostedService, IDisposable
{
    private PosixSignalRegistration? _signal;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (StartTerminal.IsPresent && !StartTerminal.HangupIgnored())
            _signal = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose() => _signal?.Dispose();

    private void Stop(PosixSignalContext context)
    {
        context.Cancel = true;
        LogHangup();
        lifetime.StopApplication();
    }

    [LoggerMessage(5, LogLevel.Information, "The terminal was closed; the device stops.")]
    private partial void LogHangup();
}
