using System.Globalization;
using System.Net.Sockets;
using Microsoft.Extensions.Hosting.Systemd;
using RNNPool.Edge.Core;

namespace RNNPool.Edge.Health.Systemd;

/// <summary>
/// Sends the states of the service to systemd, see sd_notify(3). Without systemd nothing is sent. A message that cannot be sent is dropped,
/// because the service must not fail when its manager receives nothing.
/// </summary>
internal sealed class ServiceManager(ISystemdNotifier notifier) : IServiceManager
{
    /// <summary>Whether there is a manager.</summary>
    public bool IsConnected => notifier.IsEnabled;

    /// <inheritdoc/>
    public void Ready() => Send(ServiceState.Ready);

    /// <summary>Reports that the service is stopping.</summary>
    public void Stopping() => Send(ServiceState.Stopping);

    /// <inheritdoc/>
    public void Reloading(long monotonic) =>
        Send(new ServiceState(string.Create(CultureInfo.InvariantCulture, $"RELOADING=1\nMONOTONIC_USEC={monotonic}")));

    /// <summary>Reports that the service is alive.</summary>
    public void Watchdog() => Send(new ServiceState("WATCHDOG=1"));

    /// <summary>Sets the text that <c>systemctl status</c> shows.</summary>
    /// <param name="text">One line.</param>
    public void Status(string text) => Send(new ServiceState("STATUS=" + text.ReplaceLineEndings(" ")));

    /// <summary>Extends the time limit of a start or stop; the next message must follow within this time.</summary>
    public void Extend(TimeSpan time) =>
        Send(new ServiceState(string.Create(CultureInfo.InvariantCulture, $"EXTEND_TIMEOUT_USEC={(long)time.TotalMicroseconds}")));

    private void Send(ServiceState state)
    {
        if (!notifier.IsEnabled)
            return;
        try
        {
            notifier.Notify(state);
        }
        catch (SocketException)
        {
            // Dropped; see above.
        }
    }
}
