using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;

namespace RNNPool.Edge.Tests.Health;

/// <summary>The service manager's end of sd_notify: a real datagram socket.</summary>
internal sealed class NotifyListener : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("notify-").FullName;
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly ConcurrentQueue<string> _messages = new();

    public NotifyListener()
    {
        _socket.Bind(new UnixDomainSocketEndPoint(Path));
        new Thread(Listen) { IsBackground = true }.Start();
    }

    public string Path => System.IO.Path.Combine(_folder, "notify");

    public IReadOnlyList<string> Messages => [.. _messages];

    public int Count(string message) => _messages.Count(heard => heard == message);

    public void Dispose()
    {
        _socket.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private void Listen()
    {
        byte[] buffer = new byte[4096];
        try
        {
            while (true) _messages.Enqueue(Encoding.UTF8.GetString(buffer, 0, _socket.Receive(buffer)));
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
        }
    }
}
