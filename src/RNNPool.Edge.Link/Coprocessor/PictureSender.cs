using System.Runtime.CompilerServices;
using RNNPool.Edge.Link.Framing;
using RNNPool.Edge.Link.Messages;
using RNNPool.Edge.Link.Sessions;

namespace RNNPool.Edge.Link.Coprocessor;

/// <summary>Sends pictures to the device and waits for their results. One picture at a time; allocates nothing per picture.</summary>
internal sealed class PictureSender(ConnectionSlot slot, CoprocessorClientOptions options, TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan s_abortTimeout = TimeSpan.FromSeconds(1);

    private readonly FrameCollector _collector = new();
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly byte[] _message = new byte[LinkProtocol.HostPayload];
    private ITimer? _timer;
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
        long start = time.GetTimestamp();
        ushort frame = ++_frame;
        ValueTask outcome = _collector.Begin(frame, picture.Width, picture.Height, result);
        StartTimer();
        using CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(
            static (state, token) => ((FrameCollector)state!).Fail(new OperationCanceledException(token)),
            _collector
        );
        try
        {
            if (connection.Session.Completion.IsCompleted)
                throw new LinkException(LinkFailure.TransportLost, $"The coprocessor at {slot.Name} was lost.");
            int bytes = await SendAsync(connection, frame, picture, cancellationToken).ConfigureAwait(false);
            await outcome.ConfigureAwait(false);
            result.PixelBytesSent = bytes;
            result.Elapsed = time.GetElapsedTime(start);
        }
        catch (Exception e)
        {
            _collector.Fail(e);
            if (e is TimeoutException or OperationCanceledException)
                _ = AbortAsync(connection.Session, frame);
            throw;
        }
        finally
        {
            _timer!.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    // Returns the number of bytes of pixels. Stops early when the device has abandoned the picture.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> SendAsync(Connection connection, ushort frame, Picture picture, CancellationToken cancellationToken)
    {
        LinkSession session = connection.Session;
        bool coded = options.UseRowCode && connection.Info.Hello.Capabilities.HasFlag(DeviceCapabilities.RowCode);
        new FrameBeginMessage(frame, (ushort)picture.Width, (ushort)picture.Height, picture.Model).Write(_message);
        await session
            .SendAsync(MessageType.FrameBegin, Tag(frame), _message.AsMemory(0, FrameBeginMessage.Size), cancellationToken)
            .ConfigureAwait(false);
        int bytes = 0;
        for (int position = 0; position < picture.Count && !_collector.IsOver; )
        {
            int room = Math.Min(session.PayloadLimit, _message.Length);
            (int length, int pixels) = picture.WriteRows(frame, position, coded, _message.AsSpan(0, room));
            await session
                .SendAsync(MessageType.FrameRows, 0, _message.AsMemory(0, FrameRowsMessage.Size + length), cancellationToken)
                .ConfigureAwait(false);
            position += pixels;
            bytes += length;
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

    private void OnTimeout(object? state) =>
        _collector.Fail(new TimeoutException($"The coprocessor sent no result within {options.DetectTimeout.TotalSeconds:0.#} s."));

    private static async Task AbortAsync(LinkSession session, ushort frame)
    {
        byte[] payload = [(byte)frame, (byte)(frame >> 8), 0, 0];
        try
        {
            using var timeout = new CancellationTokenSource(s_abortTimeout);
            await session.SendAsync(MessageType.FrameAbort, 0, payload, timeout.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The device discards the picture when the session ends.
        }
    }
}
