using System.Runtime.ExceptionServices;
using MQTTnet;
using MQTTnet.Formatter;

namespace RNNPool.Edge.Sinks.Mqtt.Connection;

/// <summary>
/// Connects on the best terms that the broker accepts: MQTT 5, else MQTT 3.1.1; a Will with QoS 1 and retained, else without.
/// </summary>
internal static class BrokerNegotiation
{
    /// <summary>Connects.</summary>
    /// <param name="client">The client.</param>
    /// <param name="setup">Files and settings of the connection.</param>
    /// <param name="terms">The terms to ask for first.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public static async Task<BrokerAnswer> ConnectAsync(
        IMqttClient client,
        BrokerClientOptions setup,
        BrokerTerms terms,
        CancellationToken cancellationToken
    )
    {
        Exception? closed = null;
        while (true)
        {
            MqttClientConnectResult result;
            try
            {
                result = await client.ConnectAsync(setup.Build(terms), cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception)
                when (closed is null
                    && terms.Version == MqttProtocolVersion.V500
                    && setup.WasOpened
                    && TlsAlert.Find(exception) is null
                    && !cancellationToken.IsCancellationRequested
                )
            {
                // Some brokers without MQTT 5 close the connection instead of answering.
                closed = exception;
                terms = terms with { Version = MqttProtocolVersion.V311 };
                continue;
            }
            catch (Exception) when (closed is not null && !cancellationToken.IsCancellationRequested)
            {
                ExceptionDispatchInfo.Throw(closed);
                throw;
            }

            if (terms.After(result.ResultCode) is not { } next)
                return new BrokerAnswer(result, terms.With(result), IsExplicit: closed is null);
            terms = next;
        }
    }
}

/// <summary>The answer of a broker.</summary>
/// <param name="Result">The answer.</param>
/// <param name="Terms">The terms of the connection.</param>
/// <param name="IsExplicit">Whether the broker has refused other terms by an answer, not by closing the connection.</param>
internal sealed record BrokerAnswer(MqttClientConnectResult Result, BrokerTerms Terms, bool IsExplicit);
