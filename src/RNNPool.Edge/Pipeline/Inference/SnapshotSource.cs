using RNNPool.Edge.Core;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Geometry;
using RNNPool.Edge.Vision.Imaging;

namespace RNNPool.Edge.Pipeline.Inference;

/// <summary>
/// Takes pictures on demand. A caller waits for the next frame of the pipeline; the pipeline copies that frame, and the caller encodes the
/// copy. Thread-safe; costs nothing while no caller waits.
/// </summary>
/// <param name="images">Whether pictures may leave the device.</param>
/// <param name="timeProvider">Measures the wait.</param>
public sealed class SnapshotSource(ImagePolicy images, TimeProvider timeProvider)
{
    /// <summary>Least and greatest width of a picture, in pixels.</summary>
    public const int MinWidth = 16,
        MaxWidth = 4096;

    private const int Quality = 85;

    /// <summary>Longest wait for the next frame.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Lock _encoding = new();
    private TaskCompletionSource<Snapshot>? _wanted;

    /// <summary>Whether a caller waits for a frame.</summary>
    public bool Wanted => Volatile.Read(ref _wanted) is not null;

    /// <summary>Copies a frame for the waiting callers, if there are any. Called by the pipeline.</summary>
    public void Offer(Frame frame, ReadOnlySpan<Detection> detections, IReadOnlyList<string> labels)
    {
        ArgumentNullException.ThrowIfNull(frame);
        if (Interlocked.Exchange(ref _wanted, null) is not { } wanted)
            return;

        // Several callers may share the copy, so that none of them disposes it; the garbage collector frees it.
        Frame copy = new FramePool(1).Rent(frame.Width, frame.Height, frame.Format, frame.Stride);
        frame.Data.CopyTo(copy.Data);
        (copy.Sequence, copy.Time) = (frame.Sequence, frame.Time);
        wanted.TrySetResult(new Snapshot(copy, detections.ToArray(), labels));
    }

    /// <summary>The next frame as a JPEG with its detections drawn on it.</summary>
    /// <param name="maxWidth">Widest picture in pixels.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Null when pictures are not allowed or no frame comes within two seconds.</returns>
    public async ValueTask<byte[]?> TakeAsync(int maxWidth, CancellationToken cancellationToken)
    {
        if (!images.Allowed)
            return null;
        var fresh = new TaskCompletionSource<Snapshot>(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource<Snapshot> wanted = Interlocked.CompareExchange(ref _wanted, fresh, null) ?? fresh;
        Snapshot snapshot;
        try
        {
            snapshot = await wanted.Task.WaitAsync(Patience, timeProvider, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            Interlocked.CompareExchange(ref _wanted, null, wanted);
            return null;
        }

        // One encoding at a time, so that requests leave processor time for the detector.
        lock (_encoding)
            return Encode(snapshot, maxWidth);
    }

    private static byte[] Encode(Snapshot snapshot, int maxWidth) =>
        Encode(snapshot.Frame, snapshot.Detections, snapshot.Labels, maxWidth, Quality);

    /// <summary>A JPEG of a frame, no wider than <paramref name="maxWidth"/>, with its detections drawn on it.</summary>
    internal static byte[] Encode(Frame frame, ReadOnlySpan<Detection> detections, IReadOnlyList<string> labels, int maxWidth, int quality)
    {
        if (frame.Width <= maxWidth)
            return BoxPainter.Encode(frame, detections, labels, ImageEncoding.Jpeg, quality);
        using Frame small = FrameScaling.Shrink(frame, maxWidth, new FramePool(1));
        float x = (float)small.Width / frame.Width,
            y = (float)small.Height / frame.Height;
        var scaled = new Detection[detections.Length];
        for (int i = 0; i < scaled.Length; i++)
        {
            BoundingBox box = detections[i].Box;
            scaled[i] = detections[i] with { Box = new BoundingBox(box.X * x, box.Y * y, box.Width * x, box.Height * y) };
        }

        return BoxPainter.Encode(small, scaled, labels, ImageEncoding.Jpeg, quality);
    }

    private sealed record Snapshot(Frame Frame, Detection[] Detections, IReadOnlyList<string> Labels);
}
