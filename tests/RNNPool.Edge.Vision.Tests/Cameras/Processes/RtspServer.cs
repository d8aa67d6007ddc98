using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace RNNPool.Edge.Vision.Tests.Cameras.Processes;

/// <summary>A network camera that sends an MPEG transport stream over RTSP, or redirects to another address.</summary>
internal sealed class RtspServer : IDisposable
{
    private const int Packet = 188 * 7;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly byte[] _film;
    private readonly string? _location;
    private readonly ConcurrentQueue<string> _methods = new();

    /// <param name="film">The stream.</param>
    /// <param name="location">The address to which DESCRIBE redirects; null to send the stream.</param>
    public RtspServer(byte[] film, string? location = null)
    {
        (_film, _location) = (film, location);
        _listener.Start();
        _ = Task.Run(AcceptAsync);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string Address => $"rtsp://127.0.0.1:{Port}/film";

    /// <summary>The requests so far.</summary>
    public IReadOnlyCollection<string> Methods => _methods;

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                NetworkStream stream = client.GetStream();
                using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
                while (await reader.ReadLineAsync() is { } line)
                {
                    string method = line.Split(' ')[0],
                        number = "";
                    while (await reader.ReadLineAsync() is { Length: > 0 } header)
                    {
                        if (header.StartsWith("CSeq:", StringComparison.OrdinalIgnoreCase))
                            number = header;
                    }

                    _methods.Enqueue(method);
                    await stream.WriteAsync(Encoding.ASCII.GetBytes(Answer(method, number)));
                    if (method == "PLAY")
                        await PlayAsync(stream);
                }
            }
            catch (IOException)
            {
                // The other end has gone.
            }
        }
    }

    private string Answer(string method, string number)
    {
        const string Description = "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=film\r\nt=0 0\r\nm=video 0 RTP/AVP 33\r\na=control:track\r\n";
        if (method == "DESCRIBE" && _location is not null)
            return $"RTSP/1.0 302 Found\r\n{number}\r\nLocation: {_location}\r\n\r\n";
        string rest = method switch
        {
            "OPTIONS" => "Public: OPTIONS, DESCRIBE, SETUP, PLAY\r\n\r\n",
            "DESCRIBE" =>
                $"Content-Base: {Address}/\r\nContent-Type: application/sdp\r\nContent-Length: {Description.Length}\r\n\r\n{Description}",
            "SETUP" => "Session: 1\r\nTransport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n\r\n",
            _ => "Session: 1\r\n\r\n",
        };
        return $"RTSP/1.0 200 OK\r\n{number}\r\n{rest}";
    }

    private async Task PlayAsync(NetworkStream stream)
    {
        byte[] packet = new byte[16 + Packet];
        (packet[0], packet[4], packet[5]) = ((byte)'$', 0x80, 33);
        ushort sequence = 0;
        for (int offset = 0; ; offset = (offset + Packet) % (_film.Length - (_film.Length % Packet)))
        {
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), 12 + Packet);
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(6), sequence);
            BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(8), sequence * 900u);
            sequence++;
            _film.AsSpan(offset, Packet).CopyTo(packet.AsSpan(16));
            await stream.WriteAsync(packet);
            await Task.Delay(2);
        }
    }
}
