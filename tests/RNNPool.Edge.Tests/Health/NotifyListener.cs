using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Hosting.Systemd;
using RNNPool.Edge.Tests.Support;

namespace RNNPool.Edge.Tests.Health;

/// <summary>The service manager's end of sd_notify: a real datagram socket.</summary>
internal sealed class NotifyListener : ISystemdNotifier, IDisposable
{
    private const string Marker = "MARKER=";

    private readonly string _folder = Directory.CreateTempSubdirectory("notify-").FullName;
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly ConcurrentQueue<string> _messages = new();

    public NotifyListener()
    {
        _socket.Bind(new UnixDomainSocketEndPoint(Path));
        new Thread(Listen) { IsBackground = true }.Start();
    }

    public string Path => System.IO.Path.Combine(_folder, "notify");

    public IReadOnlyList<string> Messages => [.. _messages.Where(message => !message.StartsWith(Marker, StringComparison.Ordinal))];

    public bool IsEnabled => true;

    public void Notify(ServiceState state) => Send(state.ToString());

    /// <summary>Waits until all messages sent before have been received.</summary>
    public async Task DrainAsync()
    {
        string marker = $"{Marker}{Guid.NewGuid()}";
        Send(marker);
        await Wait.UntilAsync(() => _messages.Contains(marker), "the marker");
    }

    public int Count(string message) => _messages.Count(heard => heard == message);

    public void Dispose()
    {
        _socket.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private void Send(string message)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        socket.SendTo(Encoding.UTF8.GetBytes(message), new UnixDomainSocketEndPoint(Path));
    }

    private void Listen()
    {
        byte[] buffer = new byte[4096];
        try
        {
            while (true)
                _messages.Enqueue(Encoding.UTF8.GetString(buffer, 0, _socket.Receive(buffer)));
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException) { }
    }
}
