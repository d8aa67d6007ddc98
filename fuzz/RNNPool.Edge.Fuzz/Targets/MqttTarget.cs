using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using RNNPool.Edge.Host;
using RNNPool.Edge.Sinks.Mqtt;
using RNNPool.Edge.Sinks.Mqtt.Commands;
using RNNPool.Edge.Sinks.Mqtt.Connection;

namespace RNNPool.Edge.Fuzz.Targets;

/// <summary>
/// What a broker can send: messages on the topics of the device, and the bytes of its packets. No listener throws; at most one command of
/// each kind waits; a packet after the limit is no longer than the limit.
/// </summary>
internal sealed class MqttTarget : FuzzTarget
{
    private const int Limit = 100;

    private readonly IMqttListener[] _listeners;
    private readonly CommandInbox _inbox;

    public MqttTarget()
    {
        WebApplicationBuilder builder = FuzzDevice.Create(null, ("Mqtt:Host", "localhost"), ("Camera:Source", "synthetic:"));
        WebApplication app = builder.BuildDevice();
        _listeners = [.. app.Services.GetServices<IMqttListener>()];
        _inbox = _listeners.OfType<CommandInbox>().Single();
    }

    public override void Run(ReadOnlySpan<byte> input)
    {
        var reader = new InputReader(input);
        byte choice = reader.Byte();
        if ((choice & 1) != 0)
            ReadPackets(reader.Rest, 1 + (choice >> 1));
        else
            Receive(ref reader);
    }

    private void Receive(ref InputReader reader)
    {
        string[] filters = [.. _listeners.SelectMany(listener => listener.Filters)];
        while (!reader.IsEmpty)
        {
            byte choice = reader.Byte();
            string topic =
                (choice & 0x40) != 0 ? Encoding.UTF8.GetString(reader.Bytes(reader.Byte())) : filters[(choice & 0x3F) % filters.Length];
            var message = new ReceivedMessage(topic, reader.Bytes(reader.Byte()).ToArray(), (choice & 0x80) != 0);
            foreach (IMqttListener listener in _listeners)
                listener.Received(message);
        }

        foreach (CommandKind kind in Enum.GetValues<CommandKind>())
        {
            if (!_inbox.TryTake(kind, out DeviceCommand command))
                continue;
            Require(command.Kind == kind && command.Threshold is null or (>= 0 and <= 1), "a command is valid");
            Require(!_inbox.TryTake(kind, out _), "one command of a kind waits");
        }
    }

    private static void ReadPackets(ReadOnlySpan<byte> bytes, int piece)
    {
        using var stream = new PacketLimitStream(new MemoryStream(bytes.ToArray()), Limit);
        var passed = new MemoryStream();
        byte[] buffer = new byte[piece];
        try
        {
            for (int read = stream.Read(buffer, 0, piece); read > 0; read = stream.Read(buffer, 0, piece))
            {
                Require(read <= piece, "no more is read than there is room for");
                passed.Write(buffer, 0, read);
            }
        }
        catch (IOException)
        {
            // A packet that is too long, or has a malformed length.
        }

        CheckLengths(passed.ToArray());
    }

    private static void CheckLengths(ReadOnlySpan<byte> packets)
    {
        while (packets.Length > 1)
        {
            int at = 1,
                length = 0;
            for (int shift = 0; at < packets.Length; shift += 7)
            {
                byte next = packets[at++];
                length |= (next & 0x7F) << shift;
                if (next < 0x80)
                    break;
            }

            Require(length <= Limit, "a packet is within the limit");
            packets = packets[Math.Min(packets.Length, at + length)..];
        }
    }
}
