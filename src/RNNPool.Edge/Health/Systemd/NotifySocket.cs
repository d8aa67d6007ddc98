using System.Globalization;
using System.Net.Sockets;
using System.Text;
using RNNPool.Edge.Core;

namespace RNNPool.Edge.Health.Systemd;

/// <summary>
/// Tells the service manager how the service is, as sd_notify(3) does: one datagram a message to the socket of <c>$NOTIFY_SOCKET</c>. Does
/// nothing without one; a message that cannot be sent is forgotten, for a service must not fail because its manager does not listen.
/// </summary>
internal sealed class NotifySocket : IServiceManager
{
    private readonly UnixDomainSocketEndPoint? _manager;

    /// <param name="address">A path, or a name in the abstract namespace after an @; null or empty for no manager.</param>
    public NotifySocket(string? address)
    {
        if (string.IsNullOrEmpty(address) || address[0] is not ('/' or '@'))
            return;
        _manager = new UnixDomainSocketEndPoint(address[0] == '@' ? string.Concat("\0", address.AsSpan(1)) : address);
    }

    /// <summary>Whether there is a manager.</summary>
    public bool IsConnected => _manager is not null;

    /// <summary>The service has started.</summary>
    public void Ready() => Send("READY=1");

    /// <summary>The service is about to stop.</summary>
    public void Stopping() => Send("STOPPING=1");

    /// <summary>The settings are being read again; <see cref="Ready"/> ends it.</summary>
    /// <param name="monotonic">Microseconds of CLOCK_MONOTONIC.</param>
    public void Reloading(long monotonic) => Send(string.Create(CultureInfo.InvariantCulture, $"RELOADING=1\nMONOTONIC_USEC={monotonic}"));

    /// <summary>The service is alive.</summary>
    public void Watchdog() => Send("WATCHDOG=1");

    /// <summary>What <c>systemctl status</c> shows.</summary>
    /// <param name="text">One line.</param>
    public void Status(string text) => Send("STATUS=" + text.ReplaceLineEndings(" "));

    /// <summary>Start or stop takes longer, and is still under way: another message comes within this time.</summary>
    public void Extend(TimeSpan time) =>
        Send(string.Create(CultureInfo.InvariantCulture, $"EXTEND_TIMEOUT_USEC={(long)time.TotalMicroseconds}"));

    private void Send(string message)
    {
        if (_manager is null)
            return;
        try
        {
            // Not kept open: messages are rare, and the manager may be executed anew meanwhile.
            using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { SendTimeout = 500 };
            socket.SendTo(Encoding.UTF8.GetBytes(message), _manager);
        }
        catch (SocketException) { }
    }
}
