using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace RNNPool.Edge.Tests.Sinks.Mqtt;

/// <summary>
/// A broker on a free port of loopback that the test scripts packet by packet: which CONNECT it accepts, and at which topics it refuses or
/// closes the connection.
/// </summary>
internal sealed class ScriptedBroker : IAsyncDisposable
{
    private const int ProtocolMqtt5 = 5;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentQueue<ScriptedMessage> _published = new();
    private readonly ConcurrentQueue<byte> _versions = new();
    private readonly Task _accepting;

    public ScriptedBroker()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Answers a CONNECT of a version with a packet; null closes the connection.</summary>
    public Func<ScriptedConnect, byte[]?> Connecting { get; set; } = connect => Accept(connect.Version);

    /// <summary>The reason code of MQTT 5 for a message; null closes the connection.</summary>
    public Func<ScriptedMessage, byte?> Publishing { get; set; } = _ => 0;

    /// <summary>Protocol levels of the CONNECT packets.</summary>
    public IReadOnlyList<byte> Versions => [.. _versions];

    public IReadOnlyList<ScriptedMessage> Published => [.. _published];

    /// <summary>A CONNACK that accepts, with properties of MQTT 5.</summary>
    public static byte[] Accept(byte version, params byte[] properties) =>
        version == ProtocolMqtt5 ? [0x20, (byte)(3 + properties.Length), 0, 0, (byte)properties.Length, .. properties] : [0x20, 2, 0, 0];

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
                serving.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_end.Token)));
        }
        finally
        {
            await Task.WhenAll(serving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            NetworkStream stream = client.GetStream();
            byte version = 0;
            while (await ReadPacketAsync(stream) is var (header, body))
            {
                byte[]? answer;
                if (header >> 4 == 1)
                {
                    version = body[6];
                    _versions.Enqueue(version);
                    answer = Connecting(new ScriptedConnect(version, (body[7] >> 3) & 3, (body[7] & 0x20) != 0));
                }
                else
                {
                    answer = Answer(header, body, version);
                }

                if (answer is null)
                    return;
                await stream.WriteAsync(answer, _end.Token);
                if (header >> 4 == 1 && answer[3] != 0)
                    return;
            }
        }
    }

    /// <returns>Null to close the connection; empty for no answer.</returns>
    private byte[]? Answer(byte header, byte[] body, byte version)
    {
        switch (header >> 4)
        {
            case 3:
                return AnswerPublish(header, body, version);
            case 8:
                return version == ProtocolMqtt5 ? [0x90, 4, body[0], body[1], 0, 1] : [0x90, 3, body[0], body[1], 1];
            case 12:
                return [0xD0, 0];
            case 14:
                return null;
            default:
                return [];
        }
    }

    private byte[]? AnswerPublish(byte header, byte[] body, byte version)
    {
        int at = 2 + BinaryPrimitives.ReadUInt16BigEndian(body);
        string topic = Encoding.UTF8.GetString(body[2..at]);
        int qos = (header >> 1) & 3;
        byte[] id = qos > 0 ? body[at..(at + 2)] : [];
        at += id.Length;
        if (version == ProtocolMqtt5)
            at += 1 + body[at];
        var message = new ScriptedMessage(topic, Encoding.UTF8.GetString(body[at..]), qos, (header & 1) != 0);
        if (Publishing(message) is not { } code)
            return null;
        if (code == 0)
            _published.Enqueue(message);
        if (qos == 0)
            return [];
        return version == ProtocolMqtt5 ? [0x40, 3, .. id, code] : [0x40, 2, .. id];
    }

    private async Task<(byte Header, byte[] Body)?> ReadPacketAsync(NetworkStream stream)
    {
        var one = new byte[1];
        if (await stream.ReadAsync(one, _end.Token) == 0)
            return null;
        byte header = one[0];
        int length = 0;
        for (int shift = 0; ; shift += 7)
        {
            await stream.ReadExactlyAsync(one, _end.Token);
            length |= (one[0] & 0x7F) << shift;
            if ((one[0] & 0x80) == 0)
                break;
        }

        var body = new byte[length];
        await stream.ReadExactlyAsync(body, _end.Token);
        return (header, body);
    }
}

/// <summary>A CONNECT packet.</summary>
internal sealed record ScriptedConnect(byte Version, int WillQos, bool WillRetain);

/// <summary>A PUBLISH packet.</summary>
internal sealed record ScriptedMessage(string Topic, string Text, int Qos, bool Retain);
