using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using MQTTnet.Channel;

namespace RNNPool.Edge.Sinks.Mqtt.Connection;

/// <summary>
/// Opens the stream of one connection: TCP to the first address that answers, and TLS. TLS is not left to MQTTnet, which sends a client
/// certificate without the chain of its authorities.
/// </summary>
/// <param name="tls">Options of TLS; null for an unencrypted connection.</param>
/// <param name="time">Clock of the race of addresses.</param>
internal sealed class BrokerStream(SslClientAuthenticationOptions? tls, TimeProvider time) : IMqttClientStreamProvider
{
    /// <summary>
    /// Largest packet that this client accepts, in bytes. Commands are short; the limit keeps other clients from filling the memory.
    /// </summary>
    public const int MaxReceived = 16 * 1024;

    /// <summary>Whether the stream was opened, with TLS if the settings say so.</summary>
    public bool WasOpened { get; private set; }

    public async Task<Stream> ConnectAsync(EndPoint brokerEndPoint, CancellationToken cancellationToken)
    {
        WasOpened = false;
        (string host, int port) = brokerEndPoint switch
        {
            DnsEndPoint name => (name.Host, name.Port),
            IPEndPoint address => (address.Address.ToString(), address.Port),
            _ => throw new NotSupportedException($"The end point {brokerEndPoint} is neither a name nor an address."),
        };
        Socket socket = await AddressRace.ConnectAsync(host, port, time, cancellationToken).ConfigureAwait(false);
        Stream stream = new NetworkStream(socket, ownsSocket: true);
        if (tls is not null)
        {
            var secured = new SslStream(stream);
            stream = secured;
            try
            {
                await secured.AuthenticateAsClientAsync(tls, cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                await secured.DisposeAsync().ConfigureAwait(false);
                throw;
            }
        }

        WasOpened = true;
        return new PacketLimitStream(stream, MaxReceived);
    }
}
