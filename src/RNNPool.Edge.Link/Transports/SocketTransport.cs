using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace RNNPool.Edge.Link.Transports;

/// <summary>A stream socket: a unix socket, or TCP.</summary>
public sealed class SocketTransport : ITransport
{
    private readonly Socket _socket;

    /// <summary>Takes over a connected socket.</summary>
    public SocketTransport(Socket socket, string name)
    {
        ArgumentNullException.ThrowIfNull(socket);
        (_socket, Name) = (socket, name);
        if (socket.ProtocolType == ProtocolType.Tcp)
            socket.NoDelay = true;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Connects to a unix socket.</summary>
    public static async ValueTask<SocketTransport> ConnectUnixAsync(string path, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        return await ConnectAsync(socket, new UnixDomainSocketEndPoint(path), "unix://" + path, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Connects to a TCP port.</summary>
    public static async ValueTask<SocketTransport> ConnectTcpAsync(IPEndPoint endPoint, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        return await ConnectAsync(socket, endPoint, "tcp://" + endPoint, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await _socket.ReceiveAsync(buffer, SocketFlags.None, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            throw new IOException($"Reading from {Name} failed: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            while (!bytes.IsEmpty)
            {
                int sent = await _socket.SendAsync(bytes, SocketFlags.None, cancellationToken).ConfigureAwait(false);
                bytes = bytes[sent..];
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            throw new IOException($"Writing to {Name} failed: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    // A unix socket that does not exist is reported as an address that cannot be assigned.
    private static string Reason(SocketException exception, EndPoint endPoint) =>
        endPoint switch
        {
            UnixDomainSocketEndPoint unix when !File.Exists(unix.ToString()) => "the socket does not exist",
            UnixDomainSocketEndPoint when exception.SocketErrorCode == SocketError.ConnectionRefused => "no process listens there",
            _ => exception.Message,
        };

    private static async ValueTask<SocketTransport> ConnectAsync(
        Socket socket,
        EndPoint endPoint,
        string name,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await socket.ConnectAsync(endPoint, cancellationToken).ConfigureAwait(false);
            return new SocketTransport(socket, name);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new IOException($"Cannot connect to {name}: {Reason(e, endPoint)}.", e);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
