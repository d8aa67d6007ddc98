using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;

namespace RNNPool.Edge.Web;

/// <summary>Checks that the port of the HTTP interface is free.</summary>
internal sealed class PortCheck(IOptions<WebOptions> options) : IDoctorCheck
{
    public string Name => "port";

    public Task<CheckResult> RunAsync(CancellationToken cancellationToken) => Task.FromResult(Run(options.Value));

    private CheckResult Run(WebOptions web)
    {
        int port = web.Port;
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return new CheckResult(Name, CheckOutcome.Ok, $"127.0.0.1:{port} is free for /health and /api.");
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            PortHolder? holder = PortHolder.Find(port);
            return holder is { IsDeviceOrUnseen: true }
                ? new CheckResult(Name, CheckOutcome.Ok, $"127.0.0.1:{port} is the page of {holder}.")
                : new CheckResult(
                    Name,
                    CheckOutcome.Warning,
                    $"127.0.0.1:{port} is in use by {holder?.ToString() ?? "another program"}.",
                    "Stop that program, or choose another port with Web:Port."
                );
        }
        catch (SocketException exception)
        {
            return new CheckResult(
                Name,
                CheckOutcome.Failed,
                $"127.0.0.1:{port} cannot be used: {exception.Message}.",
                "Choose a port of 1024 or more with Web:Port."
            );
        }
    }
}
