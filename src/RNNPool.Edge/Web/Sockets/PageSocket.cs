using System.Buffers.Binary;
using System.Net.WebSockets;
using System.Text.Json;
using System.Threading.Channels;
using RNNPool.Edge.Web.Access;
using RNNPool.Edge.Web.Live;
using RNNPool.Edge.Web.Stream;

namespace RNNPool.Edge.Web.Sockets;

/// <summary>Adds a viewer of the pictures of a camera, or returns the reason of the refusal.</summary>
internal delegate (LiveViewer? Viewer, string? Refusal) PictureJoin(string camera, LiveFormat format, double rate);

/// <summary>
/// The connection of one window of the page. Text messages are those of the stream; a binary message is a picture with
/// <see cref="HeadBytes"/> bytes before it. A picture is sent after the window has shown the last one, so that a slow connection holds one
/// picture at most and the state is late by one picture at most.
/// </summary>
internal sealed class PageSocket : IDisposable
{
    /// <summary>Bytes before a picture: its frame (64 bits) and how long the device waited for it (ms, 32 bits), big-endian.</summary>
    public const int HeadBytes = 12;

    /// <summary>Time between two pings, and longest wait for the answer; a window that has lost its network does not close it.</summary>
    public static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(15),
        PingTimeout = TimeSpan.FromSeconds(15);

    /// <summary>Longest time for one message to leave; a window that takes none any more is gone.</summary>
    private static readonly TimeSpan SendTime = TimeSpan.FromSeconds(60);

    private const int RequestBytes = 256;

    private readonly WebSocket _socket;
    private readonly StreamListener _listener;
    private readonly PictureJoin _join;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _sending = new(1);
    private readonly SemaphoreSlim _shown = new(1);
    private CancellationTokenSource _leave = new();
    private Task _pictures = Task.CompletedTask;
    private bool _inFlight;

    /// <param name="socket">The connection.</param>
    /// <param name="listener">The source of the text messages.</param>
    /// <param name="join">Adds a viewer, or returns the reason of the refusal.</param>
    /// <param name="time">Clock of the waits.</param>
    public PageSocket(WebSocket socket, StreamListener listener, PictureJoin join, TimeProvider time)
    {
        _socket = socket;
        _listener = listener;
        _join = join;
        _time = time;
    }

    /// <summary>Serves the window until it closes the connection, stops reading, or <paramref name="end"/> is cancelled.</summary>
    public async Task RunAsync(CancellationToken end)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(end);
        Task messages = SendMessagesAsync(stop.Token),
            requests = ReceiveAsync(stop.Token);
        await Task.WhenAny(messages, requests).ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        foreach (Task task in new[] { messages, requests })
            await EndAsync(task).ConfigureAwait(false);
        await LeaveAsync().ConfigureAwait(false);
    }

    public void Dispose()
    {
        _leave.Dispose();
        _sending.Dispose();
        _shown.Dispose();
    }

    /// <summary>The ends of a connection are no failures: it was closed, it broke, or the device ends it.</summary>
    private static async Task EndAsync(Task task)
    {
        try
        {
            await task.ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is OperationCanceledException or WebSocketException or IOException) { }
    }

    private async Task SendMessagesAsync(CancellationToken end)
    {
        foreach (StreamMessage message in _listener.Backlog)
            await SendAsync(message, end).ConfigureAwait(false);
        while (await _listener.Messages.WaitToReadAsync(end).ConfigureAwait(false))
        {
            if (_listener.TakeLoss())
                await SendAsync(EventBacklog.CreateGap(null, StreamListener.LossMessage), end).ConfigureAwait(false);
            while (_listener.Messages.TryRead(out StreamMessage? message))
                await SendAsync(message, end).ConfigureAwait(false);
        }
    }

    private async Task ReceiveAsync(CancellationToken end)
    {
        byte[] buffer = new byte[RequestBytes];
        while (true)
        {
            ValueWebSocketReceiveResult received = await _socket.ReceiveAsync(buffer.AsMemory(), end).ConfigureAwait(false);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                await CloseAsync(WebSocketCloseStatus.NormalClosure, end).ConfigureAwait(false);
                return;
            }

            bool isText = received is { MessageType: WebSocketMessageType.Text, EndOfMessage: true };
            if (!isText || Parse(buffer.AsSpan(0, received.Count)) is not { } request)
            {
                await CloseAsync(WebSocketCloseStatus.InvalidPayloadData, end).ConfigureAwait(false);
                return;
            }

            await ApplyAsync(request, end).ConfigureAwait(false);
        }
    }

    private static SocketRequest? Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, WebJson.Default.SocketRequest);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private async Task ApplyAsync(SocketRequest request, CancellationToken end)
    {
        if (request.Log is { } log)
            _listener.Log = log;
        if (request.Shown == true && Interlocked.Exchange(ref _inFlight, false))
            _shown.Release();
        if (request.Camera is { } camera)
            _listener.Camera = camera;
        if (request.Fps is not { } rate)
            return;
        await LeaveAsync().ConfigureAwait(false);
        if (!(rate > 0))
            return;
        int width = Math.Clamp(request.Width ?? LiveFormat.DefaultWidth, LiveFormat.MinWidth, LiveFormat.MaxWidth);
        (LiveViewer? viewer, string? refusal) = _join(
            _listener.Camera,
            LiveFormat.For(width, boxes: false),
            Math.Min(rate, LivePictures.MaxRate)
        );
        if (viewer is null)
            await RefuseAsync(refusal ?? ImageAccess.Detail, end).ConfigureAwait(false);
        else
            _pictures = WatchAsync(viewer, _leave.Token, end);
    }

    private async Task LeaveAsync()
    {
        await _leave.CancelAsync().ConfigureAwait(false);
        await EndAsync(_pictures).ConfigureAwait(false);
        _leave.Dispose();
        _leave = new CancellationTokenSource();
    }

    private async Task WatchAsync(LiveViewer viewer, CancellationToken leave, CancellationToken end)
    {
        using (viewer)
            await SendPicturesAsync(viewer, leave, end).ConfigureAwait(false);
    }

    private async Task SendPicturesAsync(LiveViewer viewer, CancellationToken leave, CancellationToken end)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(leave, viewer.Withdrawn);
        try
        {
            while (true)
            {
                await _shown.WaitAsync(ending.Token).ConfigureAwait(false);
                if (await NextAsync(viewer, ending.Token).ConfigureAwait(false) is not var (picture, waited))
                    break;
                Volatile.Write(ref _inFlight, true);
                byte[] head = new byte[HeadBytes];
                BinaryPrimitives.WriteInt64BigEndian(head, picture.Frame);
                BinaryPrimitives.WriteUInt32BigEndian(head.AsSpan(sizeof(long)), (uint)waited.TotalMilliseconds);
                await SendAsync(WebSocketMessageType.Binary, head, picture.Jpeg, viewer.Withdrawn, end).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (!end.IsCancellationRequested)
        {
            // The window wants other pictures or none, or the permission was withdrawn.
        }

        if (!viewer.Withdrawn.IsCancellationRequested)
            return;

        // A picture that a slow connection still buffers must not be sent after the permission is withdrawn.
        if (Volatile.Read(ref _inFlight))
            _socket.Abort();
        else
            await RefuseAsync(ImageAccess.Detail, end).ConfigureAwait(false);
    }

    /// <summary>Returns the next picture and how long it was waited for; null when there are no more.</summary>
    private async Task<(LivePicture Picture, TimeSpan Waited)?> NextAsync(LiveViewer viewer, CancellationToken ending)
    {
        long start = _time.GetTimestamp();
        try
        {
            LivePicture picture = await viewer.Pictures.ReadAsync(ending).ConfigureAwait(false);
            return (picture, _time.GetElapsedTime(start));
        }
        catch (Exception exception) when (exception is OperationCanceledException or ChannelClosedException)
        {
            _shown.Release();
            return null;
        }
    }

    private Task RefuseAsync(string reason, CancellationToken end) =>
        SendAsync(StreamMessage.Create(StreamMessage.Refusal, new RefusalReport(reason), WebJson.Default.RefusalReport), end);

    private Task SendAsync(StreamMessage message, CancellationToken end) =>
        SendAsync(WebSocketMessageType.Text, default, message.Bytes, default, end);

    private async Task SendAsync(
        WebSocketMessageType type,
        ReadOnlyMemory<byte> head,
        ReadOnlyMemory<byte> body,
        CancellationToken withdrawn,
        CancellationToken end
    )
    {
        using var limit = new CancellationTokenSource(SendTime, _time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, withdrawn, end);
        await _sending.WaitAsync(stop.Token).ConfigureAwait(false);
        try
        {
            // Cancelling a message ends the connection.
            if (!head.IsEmpty)
                await _socket.SendAsync(head, type, endOfMessage: false, stop.Token).ConfigureAwait(false);
            await _socket.SendAsync(body, type, endOfMessage: true, stop.Token).ConfigureAwait(false);
        }
        finally
        {
            _sending.Release();
        }
    }

    private async Task CloseAsync(WebSocketCloseStatus status, CancellationToken end)
    {
        await _sending.WaitAsync(end).ConfigureAwait(false);
        try
        {
            await _socket.CloseOutputAsync(status, null, end).ConfigureAwait(false);
        }
        finally
        {
            _sending.Release();
        }
    }
}
