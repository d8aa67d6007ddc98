using System.Buffers;
using System.Text;
using MQTTnet;
using MQTTnet.Exceptions;
using RNNPool.Edge.Tests.Sinks.Mqtt;

namespace RNNPool.Edge.Tests.Simulation;

/// <summary>A broker that outlives the runs of the device. A connection breaks before or after it has taken a message.</summary>
internal sealed class SimulatedBroker
{
    private Breaks _next;

    /// <summary>When the next publishing breaks the connection.</summary>
    public enum Breaks
    {
        Never,
        BeforeTheMessage,
        AfterTheMessage,
    }

    /// <summary>The payloads on the topic of events, in the order of their arrival.</summary>
    public List<string> Events { get; } = [];

    /// <summary>The retained values.</summary>
    public Dictionary<string, string> Retained { get; } = new(StringComparer.Ordinal);

    /// <summary>How many messages it took whose acknowledgement was lost.</summary>
    public int LostAcknowledgements { get; private set; }

    /// <summary>Connects a client of a new run.</summary>
    public FakeMqttClient Accept() => new() { Publishing = Take };

    public void BreakNext(Breaks breaks) => _next = breaks;

    private MqttClientPublishReasonCode Take(MqttApplicationMessage message)
    {
        Breaks breaks = _next;
        _next = Breaks.Never;
        if (breaks != Breaks.BeforeTheMessage)
            Store(message);
        if (breaks == Breaks.AfterTheMessage)
            LostAcknowledgements++;
        if (breaks != Breaks.Never)
            throw new MqttCommunicationException("The connection is lost.");
        return MqttClientPublishReasonCode.Success;
    }

    private void Store(MqttApplicationMessage message)
    {
        string payload = Encoding.UTF8.GetString(message.Payload.ToArray());
        if (!message.Retain)
            Events.Add(payload);
        else if (payload.Length == 0)
            Retained.Remove(message.Topic);
        else
            Retained[message.Topic] = payload;
    }
}
