using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Options;
using RNNPool.Edge.Web.Access;
using RNNPool.Edge.Web.Connections;
using RNNPool.Edge.Web.Listening;
using RNNPool.Edge.Web.Network;

namespace RNNPool.Edge.Web;

/// <summary>Configures the addresses and limits of the server.</summary>
internal sealed partial class KestrelSetup(
    IOptions<WebOptions> web,
    PageNetwork network,
    PagePort port,
    AccessStore access,
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
        NetworkAccess reach = network.Open();
        if (reach != NetworkAccess.Off)
        {
            if (reach == NetworkAccess.Http)
                LogUnencryptedNetwork(settings.NetworkPort);
            IPAddress all = Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any;
            options.Listen(all, settings.NetworkPort, endpoint => Encrypt(endpoint, network.Certificate));
        }

        if (settings.Tls.CertificateFile is not null && settings.Listen.Count > 0)
            network.OpenCertificate();
        health.Certificate = network.Certificate;
        ServerCertificate? certificate = settings.Tls.CertificateFile is null ? null : network.Certificate;
        foreach (IPEndPoint address in FindAddresses(settings))
        {
            bool isLocal = IPAddress.IsLoopback(address.Address);
            if (!isLocal && PageNetwork.FindObstacle(access) is { } obstacle)
            {
                health.Add(address, obstacle);
                LogNotListening(address, obstacle);
                continue;
            }

            if (certificate is null && !isLocal && settings.Proxies.Count == 0)
                LogUnencrypted(address);
            options.Listen(address, endpoint => Encrypt(endpoint, certificate));
        }
    }

    private static IEnumerable<IPEndPoint> FindAddresses(WebOptions settings) =>
        settings
            .Listen.Select(text => WebOptionsValidator.TryEndPoint(text, out IPEndPoint address) ? address : null)
            .OfType<IPEndPoint>()
            .Distinct();

    private static void Encrypt(ListenOptions endpoint, ServerCertificate? certificate)
    {
        if (certificate is not null)
            endpoint.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(certificate.Current) });
    }

    [LoggerMessage(
        2017,
        LogLevel.Warning,
        "The page listens on {Address} without TLS, so the password crosses the network unencrypted. "
            + "Set Web:Tls:CertificateFile, or use a reverse proxy and name it in Web:Proxies."
    )]
    private partial void LogUnencrypted(IPEndPoint address);

    [LoggerMessage(
        2020,
        LogLevel.Warning,
        "The page listens on port {Port} in the network without encryption (Web:Network is Http): other machines that can read the traffic "
            + "can read the password and the pictures."
    )]
    private partial void LogUnencryptedNetwork(int port);

    [LoggerMessage(2031, LogLevel.Warning, "The page does not listen on {Address}: {Obstacle}")]
    private partial void LogNotListening(IPEndPoint address, string obstacle);
}
