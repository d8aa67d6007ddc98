using System.Runtime.CompilerServices;
using RNNPool.Edge.Link.Framing;
using RNNPool.Edge.Link.Messages;
using RNNPool.Edge.Link.Sessions;

namespace RNNPool.Edge.Link.Coprocessor;

/// <summary>
/// Sends pictures to the device and waits for their results. One picture at a time; allocates nothing per picture. One deadline covers
/// sending, computing and receiving.
/// </summary>
internal sealed class PictureSender(ConnectionSlot slot, CoprocessorClientOptions options, TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan s_abortTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_timerGrain = TimeSpan.FromMilliseconds(1);

    private readonly FrameCollector _collector = new();
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly byte[] _message = new byte[LinkProtocol.HostPayload];
    private CancellationTokenSource _stop = new();
    private ITimer? _timer;
    private long _start;
    private ushort _frame;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask DetectAsync(Picture picture, CoprocessorResult result, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            Connection connection = slot.Require();
            ushort maxWidth = connection.Info.Hello.MaxWidth;
            if (picture.Width > maxWidth)
                throw new CoprocessorException(
                    DeviceStatus.TooLarge,
                    $"The picture is {picture.Width} pixels wide; the coprocessor accepts at most {maxWidth}."
                );
            await DetectAsync(connection, picture, result, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Adds a part of a result; returns false if it is invalid.</summary>
    public bool TryAcceptResult(ReadOnlySpan<byte> payload) => _collector.TryAccept(payload);

    /// <summary>Fails the picture that is under way.</summary>
    public void Fail(LinkException reason) => _collector.Fail(new LinkException(reason.Failure, reason.Message));

    public async ValueTask DisposeAsync()
    {
        if (_timer is not null)
            await _timer.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
        _turn.Dispose();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask DetectAsync(
        Connection connection,
        Picture picture,
        CoprocessorResult result,
        CancellationToken cancellationToken
    )
    {
        Volatile.Write(ref _start, time.GetTimestamp()); // before the number, for a late callback of the timer
        ushort frame = (ushort)(_frame + 1);
        Volatile.Write(ref _frame, frame);
        ValueTask outcome = _collector.Begin(frame, picture.Width, picture.Height, result);
        StartTimer();
        using CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(
            static (state, token) => ((PictureSender)state!).Cancel(token),
            this
        );
        try
        {
            if (connection.Session.Completion.IsCompleted)
                throw new LinkException(LinkFailure.TransportLost, $"The coprocessor at {slot.Name} was lost.");
            int bytes = await SendAsync(connection, frame, picture, _stop.Token).ConfigureAwait(false);
            await outcome.ConfigureAwait(false);
            result.PixelBytesSent = bytes;
            result.Elapsed = time.GetElapsedTime(_start);
        }
        catch (Exception e)
        {
            _collector.Fail(e);
            _stop = new CancellationTokenSource(); // the timer may still cancel the former one
            if (e is TimeoutException or OperationCanceledException)
                _ = AbortAsync(connection.Session, frame);
            throw;
        }
        finally
        {
            _timer!.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    // Returns the number of bytes of pixels. Stops early when the picture has its outcome: the device abandoned it, or it was stopped.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> SendAsync(Connection connection, ushort frame, Picture picture, CancellationToken stop)
    {
        LinkSession session = connection.Session;
        bool coded = options.UseRowCode && connection.Info.Hello.Capabilities.HasFlag(DeviceCapabilities.RowCode);
        int bytes = 0;
        try
        {
            new FrameBeginMessage(frame, (ushort)picture.Width, (ushort)picture.Height, picture.Model).Write(_message);
            await session
                .SendAsync(MessageType.FrameBegin, Tag(frame), _message.AsMemory(0, FrameBeginMessage.Size), stop)
                .ConfigureAwait(false);
            for (int position = 0; position < picture.Count && !_collector.IsOver; )
            {
                int room = Math.Min(session.PayloadLimit, _message.Length);
                (int length, int pixels) = picture.WriteRows(frame, position, coded, _message.AsSpan(0, room));
                await session
                    .SendAsync(MessageType.FrameRows, 0, _message.AsMemory(0, FrameRowsMessage.Size + length), stop)
                    .ConfigureAwait(false);
                position += pixels;
                bytes += length;
            }
        }
        catch (OperationCanceledException) when (_collector.IsOver)
        {
            // The outcome holds the reason.
        }

        return bytes;
    }

    // The result carries the tag back, which helps to read a recording of the line. Results are matched by the frame number.
    private static byte Tag(ushort frame) => (byte)((frame % byte.MaxValue) + 1);

    private void StartTimer()
    {
        _timer ??= time.CreateTimer(OnTimeout, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(options.DetectTimeout, Timeout.InfiniteTimeSpan);
    }

    private void OnTimeout(object? state)
    {
        // A callback that is late for its own picture must not stop the next one.
        ushort frame = Volatile.Read(ref _frame);
        TimeSpan left = options.DetectTimeout - time.GetElapsedTime(Volatile.Read(ref _start));
        if (left <= TimeSpan.Zero)
            Stop(frame, new TimeoutException($"The coprocessor sent no result within {options.DetectTimeout.TotalSeconds:0.#} s."));
        else if (!_collector.IsOver)
            _timer!.Change(left + s_timerGrain, Timeout.InfiniteTimeSpan);
    }

    private void Cancel(CancellationToken token) => Stop(_frame, new OperationCanceledException(token));

    // Fails the picture first, so that the end of the wait for the window finds the reason.
    private void Stop(ushort frame, Exception reason)
    {
        CancellationTokenSource stop = _stop;
        if (_collector.TryFail(frame, reason))
            stop.Cancel();
    }

    private async Task AbortAsync(LinkSession session, ushort frame)
    {
        byte[] payload = [(byte)frame, (byte)(frame >> 8), 0, 0];
        try
        {
            using var timeout = new CancellationTokenSource(s_abortTimeout, time);
            await session.SendAsync(MessageType.FrameAbort, 0, payload, timeout.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The device discards the picture when the session ends.
        }
    }
}
