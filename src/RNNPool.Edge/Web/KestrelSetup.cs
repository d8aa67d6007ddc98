using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Options;
using RNNPool.Edge.Web.Connections;
using RNNPool.Edge.Web.Network;

namespace RNNPool.Edge.Web;

/// <summary>Configures the addresses and limits of the server.</summary>
internal sealed partial class KestrelSetup(
    IOptions<WebOptions> web,
    PageNetwork network,
    PeerConnections connections,
    TimeProvider time,
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
        options.Listen(IPAddress.Loopback, settings.Port);
        NetworkAccess access = network.Open();
        if (access != NetworkAccess.Off)
        {
            if (access == NetworkAccess.Http)
                LogUnencryptedNetwork(settings.NetworkPort);
            IPAddress all = Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any;
            options.Listen(all, settings.NetworkPort, endpoint => Encrypt(endpoint, network.Certificate));
        }

        if (settings.Listen.Count == 0)
            return;
        ServerCertificate? certificate = settings.Tls.CertificateFile is null
            ? null
            : network.Certificate ?? new ServerCertificate(settings.Tls, time, loggers.CreateLogger<ServerCertificate>());
        foreach (string text in settings.Listen)
        {
            if (!WebOptionsValidator.TryEndPoint(text, out IPEndPoint at))
                continue;
            if (certificate is null && !IPAddress.IsLoopback(at.Address) && settings.Proxies.Count == 0)
                LogUnencrypted(text);
            options.Listen(at, endpoint => Encrypt(endpoint, certificate));
        }
    }

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
    private partial void LogUnencrypted(string address);

    [LoggerMessage(
        2020,
        LogLevel.Warning,
        "The page listens on port {Port} in the network without encryption (Web:Network is Http): other machines that can read the traffic "
            + "can read the password and the pictures."
    )]
    private partial void LogUnencryptedNetwork(int port);
}
