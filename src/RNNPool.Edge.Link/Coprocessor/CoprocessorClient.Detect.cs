using System.Runtime.CompilerServices;
using RNNPool.Edge.Link.Framing;
using RNNPool.Edge.Link.Messages;
using RNNPool.Edge.Link.Rows;
using RNNPool.Edge.Link.Sessions;

namespace RNNPool.Edge.Link.Coprocessor;

public sealed partial class CoprocessorClient
{
    private readonly FrameCollector _collector = new();
    private readonly SemaphoreSlim _frames = new(1, 1);
    private readonly byte[] _rows = new byte[LinkProtocol.HostPayload];
    private ITimer _detectTimer = s_noTimer;
    private ushort _frame;

    private static readonly ITimer s_noTimer = new Timer(_ => { });

    /// <summary>Sends a grey picture of the model's input size and waits for what is found in it.</summary>
    /// <param name="pixels">Rows of one byte a pixel, from the top.</param>
    /// <param name="width">Width in pixels.</param>
    /// <param name="height">Height in pixels.</param>
    /// <param name="stride">Bytes from row to row, at least <paramref name="width"/>.</param>
    /// <param name="model">First four bytes of the SHA-256 (little-endian) of the model that must be active; 0: any.</param>
    /// <param name="result">Is cleared and filled.</param>
    /// <param name="cancellationToken">Gives the picture up.</param>
    /// <exception cref="LinkException">The device is not connected, or was lost on the way.</exception>
    /// <exception cref="CoprocessorException">The device refused or gave up the picture, or its answer was impossible.</exception>
    /// <exception cref="TimeoutException">There was no result within <see cref="CoprocessorClientOptions.DetectTimeout"/>.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask DetectAsync(
        ReadOnlyMemory<byte> pixels,
        int width,
        int height,
        int stride,
        uint model,
        CoprocessorResult result,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, width);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(height, ushort.MaxValue);
        ArgumentOutOfRangeException.ThrowIfLessThan(pixels.Length, ((height - 1) * stride) + width, nameof(pixels));
        await _frames.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            Connection connection = ConnectedNow();
            if (width > connection.Info.Hello.MaxWidth)
                throw new CoprocessorException(
                    DeviceStatus.TooLarge,
                    $"The picture is {width} pixels wide; the coprocessor takes {connection.Info.Hello.MaxWidth}."
                );
            await DetectAsync(connection, new Picture(pixels, width, height, stride, model), result, cancellationToken)
                .ConfigureAwait(false);
        }
        finally
        {
            _frames.Release();
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask DetectAsync(
        Connection connection,
        Picture picture,
        CoprocessorResult result,
        CancellationToken cancellationToken
    )
    {
        long start = _time.GetTimestamp();
        ushort frame = ++_frame;
        ValueTask outcome = _collector.Begin(frame, picture.Width, picture.Height, result);
        ArmDetectTimer();
        using CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(
            static (state, token) => ((FrameCollector)state!).Fail(new OperationCanceledException(token)),
            _collector
        );
        try
        {
            if (connection.Session.Completion.IsCompleted)
                throw new LinkException(LinkFailure.TransportLost, $"The coprocessor at {_factory.Name} was lost.");
            int bytes = await SendPictureAsync(connection, frame, picture, cancellationToken).ConfigureAwait(false);
            await outcome.ConfigureAwait(false);
            result.PixelBytesSent = bytes;
            result.Elapsed = _time.GetElapsedTime(start);
        }
        catch (Exception e)
        {
            _collector.Fail(e);
            if (e is TimeoutException or OperationCanceledException)
                AbortPicture(connection.Session, frame);
            throw;
        }
        finally
        {
            _detectTimer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    // Returns the number of bytes of pixels. Stops early when the device gives the picture up.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> SendPictureAsync(Connection connection, ushort frame, Picture picture, CancellationToken cancellationToken)
    {
        LinkSession session = connection.Session;
        bool coded = _options.UseRowCode && connection.Info.Hello.Capabilities.HasFlag(DeviceCapabilities.RowCode);
        new FrameBeginMessage(frame, (ushort)picture.Width, (ushort)picture.Height, picture.Model).Write(_rows);
        await session
            .SendAsync(MessageType.FrameBegin, NextFrameTag(frame), _rows.AsMemory(0, FrameBeginMessage.Size), cancellationToken)
            .ConfigureAwait(false);
        int total = picture.Width * picture.Height;
        int bytes = 0;
        for (int position = 0; position < total && !_collector.IsOver; )
        {
            int room = Math.Min(session.PayloadLimit, _rows.Length) - FrameRowsMessage.Size;
            (int length, int pixels) = WriteRows(frame, picture, position, coded, room);
            await session
                .SendAsync(MessageType.FrameRows, 0, _rows.AsMemory(0, FrameRowsMessage.Size + length), cancellationToken)
                .ConfigureAwait(false);
            position += pixels;
            bytes += length;
        }

        return bytes;
    }

    private (int Length, int Pixels) WriteRows(ushort frame, Picture picture, int position, bool coded, int room)
    {
        ReadOnlySpan<byte> source = picture.Pixels.Span;
        Span<byte> output = _rows.AsSpan(FrameRowsMessage.Size, room);
        int left = Math.Min((picture.Width * picture.Height) - position, ushort.MaxValue);
        int raw = Math.Min(left, room);
        int pixels = 0;
        int length = coded ? RowCode.Encode(source, picture.Width, picture.Stride, position, left, output, out pixels) : 0;
        RowEncoding encoding = RowEncoding.Coded;
        if (pixels < raw || (pixels == raw && length >= raw))
        {
            (encoding, pixels, length) = (RowEncoding.Raw, raw, raw);
            CopyPixels(source, picture, position, output[..raw]);
        }

        (int row, int column) = Math.DivRem(position, picture.Width);
        new FrameRowsMessage(frame, encoding, (ushort)row, (ushort)column, (ushort)pixels).Write(_rows);
        return (length, pixels);
    }

    private static void CopyPixels(ReadOnlySpan<byte> source, Picture picture, int position, Span<byte> output)
    {
        (int row, int column) = Math.DivRem(position, picture.Width);
        while (!output.IsEmpty)
        {
            int part = Math.Min(output.Length, picture.Width - column);
            source.Slice((row * picture.Stride) + column, part).CopyTo(output);
            output = output[part..];
            (row, column) = (row + 1, 0);
        }
    }

    // The result carries the tag back; it is for people who look at the line. The frame number is what counts.
    private static byte NextFrameTag(ushort frame) => (byte)((frame % byte.MaxValue) + 1);

    private void ArmDetectTimer()
    {
        if (_detectTimer == s_noTimer)
            _detectTimer = _time.CreateTimer(OnDetectTimeout, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _detectTimer.Change(_options.DetectTimeout, Timeout.InfiniteTimeSpan);
    }

    private void OnDetectTimeout(object? state) =>
        _collector.Fail(new TimeoutException($"The coprocessor sent no result within {_options.DetectTimeout.TotalSeconds:0.#} s."));

    private static void AbortPicture(LinkSession session, ushort frame)
    {
        byte[] payload = [(byte)frame, (byte)(frame >> 8), 0, 0];
        _ = SendAbortAsync(session, payload);
    }

    private static async Task SendAbortAsync(LinkSession session, byte[] payload)
    {
        try
        {
            using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(1));
            await session.SendAsync(MessageType.FrameAbort, 0, payload, soon.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // the device forgets the picture when the session ends
        }
    }

    private readonly record struct Picture(ReadOnlyMemory<byte> Pixels, int Width, int Height, int Stride, uint Model);
}
