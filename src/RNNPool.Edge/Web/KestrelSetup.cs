using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Options;
using RNNPool.Edge.Web.Connections;
using RNNPool.Edge.Web.Listening;
using RNNPool.Edge.Web.Network;

namespace RNNPool.Edge.Web;

/// <summary>Configures the addresses and limits of the server.</summary>
internal sealed partial class KestrelSetup(
    IOptions<WebOptions> web,
    PageNetwork network,
    PagePort port,
    ListenerHealth health,
    PeerConnections connections,
    ILoggerFactory loggers
) : IConfigureOptions<KestrelServerOptions>
{
    private readonly ILogger _logger = loggers.CreateLogger("RNNPool.Edge.Web");

    public void Configure(KestrelServerOptions options)
    {
        WebOptions settings = web.Value;
        options.AddServerHeader = false;

        // The server reads and discards what an endpoint leaves of a body, within this bound, so that the client receives the answer.
        options.Limits.MaxRequestBodySize = EndpointConventions.DefaultBodyBytes;
        options.ConfigureEndpointDefaults(endpoint => endpoint.Use(next => connection => connections.ServeAsync(connection, next)));
        options.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        options.Listen(IPAddress.Loopback, port.Number);

        // The listeners wait until there is a password; see PageNetwork.MayListen.
        network.EndSetup();
        if (network.MayOpen)
        {
            network.TryOpen();
            options.Listen(network.EndPoint, endpoint => Encrypt(endpoint, settings.Network != NetworkAccess.Http));
        }

        if (settings.Tls.CertificateFile is not null && settings.Listen.Count > 0)
            network.OpenCertificate();
        health.Certificate = network.Certificate;
        bool encrypted = settings.Tls.CertificateFile is not null;
        foreach (IPEndPoint address in FindAddresses(settings))
        {
            if (!encrypted && !IPAddress.IsLoopback(address.Address) && settings.Proxies.Count == 0)
                LogUnencrypted(address);
            options.Listen(address, endpoint => Encrypt(endpoint, encrypted));
        }
    }

    private static IEnumerable<IPEndPoint> FindAddresses(WebOptions settings) =>
        settings
            .Listen.Select(text => WebOptionsValidator.TryEndPoint(text, out IPEndPoint address) ? address : null)
            .OfType<IPEndPoint>()
            .Distinct();

    // An encrypted listener accepts connections only after the certificate has been opened.
    private void Encrypt(ListenOptions endpoint, bool encrypted)
    {
        if (encrypted)
            endpoint.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(network.Certificate!.Current) });
    }

    [LoggerMessage(
        2017,
        LogLevel.Warning,
        "The page listens on {Address} without TLS, so the password crosses the network unencrypted. "
            + "Set Web:Tls:CertificateFile, or use a reverse proxy and name it in Web:Proxies."
    )]
    private partial void LogUnencrypted(IPEndPoint address);
}
