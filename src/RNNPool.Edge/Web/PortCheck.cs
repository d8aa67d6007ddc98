using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;

namespace RNNPool.Edge.Web;

/// <summary>Checks that the port of the HTTP interface is free, and that this machine has the addresses of <c>Web:Listen</c>.</summary>
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
            return FindAbsentAddress(web.Listen)
                ?? new CheckResult(Name, CheckOutcome.Ok, $"127.0.0.1:{port} is free for /health and /api.");
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return new CheckResult(
                Name,
                CheckOutcome.Warning,
                $"127.0.0.1:{port} is in use, perhaps by a running rnnpool-edge.",
                "Stop the other program, or choose another port with Web:Port."
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

    private CheckResult? FindAbsentAddress(IEnumerable<string> addresses)
    {
        foreach (string text in addresses)
        {
            if (!WebOptionsValidator.TryEndPoint(text, out IPEndPoint address))
                continue;
            try
            {
                using var listener = new TcpListener(address.Address, 0);
                listener.Start();
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressNotAvailable)
            {
                return new CheckResult(
                    Name,
                    CheckOutcome.Warning,
                    $"This machine does not have the address {text} of Web:Listen; the page listens there as soon as it does.",
                    "Check the network, or correct Web:Listen; 0.0.0.0 stands for every address."
                );
            }
        }

        return null;
    }
}
