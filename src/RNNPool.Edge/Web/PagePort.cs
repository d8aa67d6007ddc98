using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Health.Systemd;
using RNNPool.Edge.Web.Listening;

namespace RNNPool.Edge.Web;

/// <summary>
/// Takes the port of the page before anything else of the device is opened: a second device on the same port ends before it touches the
/// camera, the pins and the journal of the first one. The server accepts connections when all services have started. Where the setting
/// names a port that this user may not use, or that another program has while a service manager runs this one, the page takes another
/// port, so that the setting can be corrected on it.
/// </summary>
internal sealed partial class PagePort(
    IOptions<WebOptions> options,
    ServiceManager manager,
    ListenerHealth health,
    ILogger<PagePort> logger
) : IDisposable
{
    private const int Backlog = 128;

    private readonly ILogger _logger = logger;
    private Socket? _socket;

    /// <summary>The port on which the page listens; 0 for any free one.</summary>
    public int Number { get; private set; } = options.Value.Port;

    private IPEndPoint EndPoint => new(IPAddress.Loopback, Number);

    /// <summary>The port if it is free, else 0 for any free one.</summary>
    public static int PreferFree(int port)
    {
        try
        {
            using Socket socket = Listen(port);
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
            _socket = Listen(Number);
        }
        catch (SocketException exception)
        {
            bool busy = exception.SocketErrorCode == SocketError.AddressAlreadyInUse;
            PortHolder? holder = busy ? PortHolder.Find(EndPoint) : null;
            if (busy && (!manager.IsConnected || holder is { IsDeviceOrUnseen: true }))
                throw DescribeBusy(exception, Number, holder);
            TakeOther(exception);
        }
    }

    /// <summary>Creates the socket of an address that the server listens on; the one that is bound already for its own address.</summary>
    public Socket CreateListenSocket(EndPoint endPoint) =>
        endPoint.Equals(EndPoint) && Interlocked.Exchange(ref _socket, null) is { } bound
            ? bound
            : SocketTransportOptions.CreateDefaultBoundListenSocket(endPoint);

    /// <inheritdoc/>
    public void Dispose() => _socket?.Dispose();

    private static Socket Listen(int port)
    {
        Socket socket = SocketTransportOptions.CreateDefaultBoundListenSocket(new IPEndPoint(IPAddress.Loopback, port));
        try
        {
            // A socket that is only bound does not keep others from the port.
            socket.Listen(Backlog);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private void TakeOther(SocketException exception)
    {
        IPEndPoint configured = EndPoint;
        _socket = Listen(PreferFree(new WebOptions().Port));
        Number = ((IPEndPoint)_socket.LocalEndPoint!).Port;
        string reason = $"{ListenerHealth.Describe(exception)} Until the next start it is on port {Number} instead of Web:Port.";
        health.Add(configured, reason);
        LogOther(configured, reason);
    }

    private static CommandException DescribeBusy(SocketException exception, int port, PortHolder? holder)
    {
        const string Other = "choose another port with Web:Port, or 0 for any free one";
        return new CommandException(
            $"Port {port} is in use by {holder?.ToString() ?? "another program"}.",
            holder is { IsDevice: true }
                ? $"A device runs already; its page is at http://127.0.0.1:{port}. Stop it first, or {Other}."
                : $"Stop that program, or {Other}.",
            ExitCode.Failure,
            exception
        );
    }

    [LoggerMessage(2032, LogLevel.Error, "The page does not listen on {Address}: {Reason}")]
    private partial void LogOther(IPEndPoint address, string reason);
}
