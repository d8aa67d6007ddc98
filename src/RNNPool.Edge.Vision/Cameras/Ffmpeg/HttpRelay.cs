using System.Net;
using System.Net.Sockets;
using System.Text;
using RNNPool.Edge.Vision.Cameras.Processes;

namespace RNNPool.Edge.Vision.Cameras.Ffmpeg;

/// <summary>
/// An HTTP proxy on a loopback address through which ffmpeg reaches one server only. A list (HLS, DASH) of a camera can name any address;
/// the relay refuses those of other servers before a connection to them exists. It serves programs of its own user only.
/// </summary>
internal sealed class HttpRelay : IProcessGuard
{
    private const int BufferBytes = 64 * 1024;

    private readonly string _name;
    private readonly ServerAddress _server;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private volatile string? _refused;

    /// <param name="name">The source without credentials.</param>
    /// <param name="server">The server that may be reached.</param>
    public HttpRelay(string name, ServerAddress server)
    {
        (_name, _server) = (name, server);
        _listener.Start();
        _accepting = Task.Run(AcceptAsync);
    }

    /// <summary>The address of the proxy, for the environment of ffmpeg.</summary>
    public string Address => $"http://{(IPEndPoint)_listener.LocalEndpoint}";

    /// <inheritdoc/>
    public void Check(int processId)
    {
        if (_refused is { } address)
            throw ConnectionGuard.CreateRefusal(_name, address);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _accepting.GetAwaiter().GetResult();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                Socket client = await _listener.AcceptSocketAsync(_stop.Token).ConfigureAwait(false);
                serving.RemoveAll(task => task.IsCompleted);
                serving.Add(ServeAsync(client));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException || _stop.IsCancellationRequested)
        {
            // A listener that is stopped between two connections throws exceptions of several types.
            await Task.WhenAll(serving).ConfigureAwait(false);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using var client = new NetworkStream(socket, ownsSocket: true);
        try
        {
            // Another user of this machine could otherwise end the camera with a request for another server.
            if (SocketTable.IsOfThisUser((IPEndPoint)socket.LocalEndPoint!, (IPEndPoint)socket.RemoteEndPoint!))
                await RelayAsync(client, _stop.Token).ConfigureAwait(false);
        }
        catch (Exception exception)
            when (exception is IOException or UnauthorizedAccessException or SocketException or OperationCanceledException)
        {
            // The end of either connection ends the other one.
        }
    }

    private async Task RelayAsync(NetworkStream client, CancellationToken stop)
    {
        if (await RelayRequest.ReadAsync(client, stop).ConfigureAwait(false) is not { } request)
        {
            await AnswerAsync(client, "400 Bad Request", stop).ConfigureAwait(false);
            return;
        }

        if (request.Server != _server)
        {
            _refused = request.Server.ToString();
            await AnswerAsync(client, "403 Forbidden", stop).ConfigureAwait(false);
            return;
        }

        using var server = new TcpClient { NoDelay = true };
        try
        {
            // A name server that does not answer does not delay the end.
            await server.ConnectAsync(_server.Host, _server.Port, stop).AsTask().WaitAsync(stop).ConfigureAwait(false);
        }
        catch (SocketException)
        {
            await AnswerAsync(client, "502 Bad Gateway", stop).ConfigureAwait(false);
            return;
        }

        NetworkStream upstream = server.GetStream();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task up;
        if (request.Head is { } head)
        {
            await upstream.WriteAsync(Encoding.Latin1.GetBytes(head), stop).ConfigureAwait(false);

            // A second request on the same connection could name another server. ffmpeg repeats it on a connection of its own.
            up = client.ReadAsync(new byte[1], end.Token).AsTask();
        }
        else
        {
            await AnswerAsync(client, "200 Connection established", stop).ConfigureAwait(false);
            up = client.CopyToAsync(upstream, BufferBytes, end.Token);
        }

        Task down = upstream.CopyToAsync(client, BufferBytes, end.Token);
        await Task.WhenAny(up, down).ConfigureAwait(false);
        await end.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(up, down).ConfigureAwait(false);
    }

    private static Task AnswerAsync(NetworkStream client, string status, CancellationToken stop) =>
        client.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\n\r\n"), stop).AsTask();
}
