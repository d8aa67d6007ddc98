using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;

namespace RNNPool.Edge.Web;

/// <summary>
/// Takes the port of the page before anything else of the device is opened: a second device on the same port ends before it touches the
/// camera, the pins and the journal of the first one. The server accepts connections when all services have started.
/// </summary>
internal sealed class PagePort(IOptions<WebOptions> options) : IDisposable
{
    private const int Backlog = 128;

    private Socket? _socket;

    private IPEndPoint EndPoint => new(IPAddress.Loopback, options.Value.Port);

    /// <summary>The port if it is free, else 0 for any free one.</summary>
    public static int PreferFree(int port)
    {
        try
        {
            using Socket socket = SocketTransportOptions.CreateDefaultBoundListenSocket(new IPEndPoint(IPAddress.Loopback, port));
            socket.Listen(1);
            return port;
        }
        catch (SocketException)
        {
            return 0;
        }
    }

    /// <summary>Binds the port.</summary>
    /// <exception cref="CommandException">It is in use, or this user may not use it.</exception>
    public void Bind()
    {
        try
        {
            _socket = SocketTransportOptions.CreateDefaultBoundListenSocket(EndPoint);

            // A socket that is only bound does not keep others from the port.
            _socket.Listen(Backlog);
        }
        catch (SocketException exception)
        {
            throw Describe(exception, options.Value.Port);
        }
    }

    /// <summary>Creates the socket of an address that the server listens on; the one that is bound already for its own address.</summary>
    public Socket CreateListenSocket(EndPoint endPoint) =>
        endPoint.Equals(EndPoint) && Interlocked.Exchange(ref _socket, null) is { } bound
            ? bound
            : SocketTransportOptions.CreateDefaultBoundListenSocket(endPoint);

    /// <inheritdoc/>
    public void Dispose() => _socket?.Dispose();

    private static CommandException Describe(SocketException exception, int port)
    {
        const string Other = "choose another port with Web:Port, or 0 for any free one";
        if (exception.SocketErrorCode == SocketError.AccessDenied)
        {
            return new CommandException(
                $"This user may not listen on port {port}.",
                "Choose a port of 1024 or more with Web:Port, or 0 for any free one.",
                ExitCode.Failure,
                exception
            );
        }

        if (exception.SocketErrorCode != SocketError.AddressAlreadyInUse)
        {
            return new CommandException(
                $"127.0.0.1:{port} cannot be used: {exception.Message.TrimEnd('.')}.",
                $"To use the page elsewhere, {Other}.",
                ExitCode.Failure,
                exception
            );
        }

        PortHolder? holder = PortHolder.Find(port);
        return new CommandException(
            $"Port {port} is in use by {holder?.ToString() ?? "another program"}.",
            holder is { IsDevice: true }
                ? $"A device runs already; its page is at http://127.0.0.1:{port}. Stop it first, or {Other}."
                : $"Stop that program, or {Other}.",
            ExitCode.Failure,
            exception
        );
    }
}
