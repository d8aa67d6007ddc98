using System.Text;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace RNNPool.Edge.Sinks.Mqtt.Connection;

/// <summary>What the device and the broker agree upon.</summary>
/// <param name="Version">Version of the protocol.</param>
/// <param name="Acknowledges">Whether the broker accepts QoS 1; otherwise everything is published with QoS 0.</param>
/// <param name="Retains">Whether the broker retains messages.</param>
/// <param name="MaxPacket">Largest packet that the broker accepts, in bytes.</param>
internal sealed record BrokerTerms(MqttProtocolVersion Version, bool Acknowledges, bool Retains, uint MaxPacket)
{
    /// <summary>Upper bound of the bytes that headers and properties add to a payload and its topic.</summary>
    private const int PacketOverhead = 32;

    /// <summary>What the device asks for first.</summary>
    public static BrokerTerms Best { get; } = new(MqttProtocolVersion.V500, Acknowledges: true, Retains: true, uint.MaxValue);

    /// <summary>Whether the broker accepts a message of this length.</summary>
    /// <param name="topic">Its topic.</param>
    /// <param name="length">Bytes of its payload.</param>
    public bool Fits(string topic, int length) => length + Encoding.UTF8.GetByteCount(topic) + PacketOverhead <= MaxPacket;

    /// <summary>The version as text.</summary>
    public string VersionText => Version == MqttProtocolVersion.V500 ? "5.0" : "3.1.1";

    /// <summary>Quality of service of all messages.</summary>
    public MqttQualityOfServiceLevel QualityOfService =>
        Acknowledges ? MqttQualityOfServiceLevel.AtLeastOnce : MqttQualityOfServiceLevel.AtMostOnce;

    /// <summary>The terms of a broker that has accepted the connection.</summary>
    public BrokerTerms With(MqttClientConnectResult result) =>
        Version == MqttProtocolVersion.V500
            ? this with
            {
                Acknowledges = Acknowledges && result.MaximumQoS > MqttQualityOfServiceLevel.AtMostOnce,
                Retains = Retains && result.RetainAvailable,
                MaxPacket = result.MaximumPacketSize is > 0 and { } largest ? largest : uint.MaxValue,
            }
            : this;

    /// <summary>The terms to try after a refusal; null when no others can help.</summary>
    public BrokerTerms? After(MqttClientConnectResultCode code) =>
        code switch
        {
            // A broker without MQTT 5 answers with the return codes 1 to 5 of MQTT 3.1.1.
            MqttClientConnectResultCode.UnsupportedProtocolVersion
            or (> 0 and <= (MqttClientConnectResultCode)5) when Version == MqttProtocolVersion.V500 => this with
            {
                Version = MqttProtocolVersion.V311,
            },
            MqttClientConnectResultCode.QoSNotSupported when Acknowledges => this with { Acknowledges = false },
            MqttClientConnectResultCode.RetainNotSupported when Retains => this with { Retains = false },
            _ => null,
        };
}
