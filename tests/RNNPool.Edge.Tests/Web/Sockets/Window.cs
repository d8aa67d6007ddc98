using System.Buffers.Binary;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Web.Sockets;

namespace RNNPool.Edge.Tests.Web.Sockets;

/// <summary>A message that a window has received.</summary>
/// <param name="Name">Name of a text message; <c>picture</c> for a picture.</param>
/// <param name="Data">Data of a text message.</param>
/// <param name="Id">Position of a text message.</param>
/// <param name="Frame">Frame of a picture.</param>
/// <param name="Jpeg">Bytes of a picture.</param>
internal sealed record WindowMessage(string Name, JsonElement Data = default, string? Id = null, long Frame = -1, byte[]? Jpeg = null);

/// <summary>The connection of a window of the page.</summary>
internal sealed class Window : IDisposable
{
    private readonly ClientWebSocket _socket;
    private readonly byte[] _buffer = new byte[256 * 1024];

    private Window(ClientWebSocket socket) => _socket = socket;

    public WebSocketCloseStatus? CloseStatus => _socket.CloseStatus;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<Window> OpenAsync(
        Uri address,
        string query = "",
        Action<ClientWebSocketOptions>? configure = null,
        HttpMessageInvoker? invoker = null
    )
    {
        var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        configure?.Invoke(socket.Options);
        var uri = new UriBuilder(new Uri(address, "/api/socket" + query)) { Scheme = address.Scheme == "https" ? "wss" : "ws" };
        try
        {
            await socket.ConnectAsync(uri.Uri, invoker, Cancellation);
            return new Window(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public Task SendAsync(string request) =>
        _socket.SendAsync(Encoding.UTF8.GetBytes(request), WebSocketMessageType.Text, endOfMessage: true, Cancellation);

    /// <returns>The next message; null at the end.</returns>
    public async Task<WindowMessage?> NextAsync()
    {
        int length = 0;
        while (true)
        {
            ValueWebSocketReceiveResult part = await _socket.ReceiveAsync(_buffer.AsMemory(length), Cancellation);
            length += part.Count;
            if (part.MessageType == WebSocketMessageType.Close)
                return null;
            if (part.EndOfMessage)
                return Read(_buffer.AsSpan(0, length), part.MessageType);
        }
    }

    /// <summary>Reads messages, while frames pass, until one fits.</summary>
    public async Task<WindowMessage> UntilAsync(DeviceFixture device, Func<WindowMessage, bool> fits)
    {
        Task<WindowMessage> reading = Task.Run(async () =>
        {
            while (true)
            {
                WindowMessage message = await NextAsync() ?? throw new EndOfStreamException();
                if (fits(message))
                    return message;
            }
        });
        while (!reading.IsCompleted)
        {
            await device.FrameAsync(0.1);
            await Task.Delay(5, Cancellation);
        }

        return await reading;
    }

    /// <summary>Reads to the end.</summary>
    public async Task EndAsync()
    {
        try
        {
            while (await NextAsync().WaitAsync(Wait.Patience, Cancellation) is not null) { }
        }
        catch (WebSocketException)
        {
            // The device has ended the connection.
        }
    }

    public void Dispose() => _socket.Dispose();

    private static WindowMessage Read(ReadOnlySpan<byte> message, WebSocketMessageType type)
    {
        if (type == WebSocketMessageType.Binary)
            return new("picture", Frame: BinaryPrimitives.ReadInt64BigEndian(message), Jpeg: [.. message[PageSocket.HeadBytes..]]);
        var fields = Encoding
            .UTF8.GetString(message)
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(": ", 2))
            .ToDictionary(line => line[0], line => line[1]);
        return new(
            fields.GetValueOrDefault("event", ""),
            fields.TryGetValue("data", out string? data) ? JsonDocument.Parse(data).RootElement : default,
            fields.GetValueOrDefault("id")
        );
    }
}
