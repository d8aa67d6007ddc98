using RNNPool.Edge.Pipeline;
using RNNPool.Edge.Pipeline.Inference;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Geometry;
using RNNPool.Edge.Vision.Imaging;

namespace RNNPool.Edge.Web.Live;

/// <summary>
/// Encodes frames of one camera for all viewers of one format, at the rate of the fastest of them. While there are viewers, its loop takes
/// a copy of a frame from the pipeline, has it encoded on another thread, offers the picture to the viewers, and waits for the rest of the
/// interval.
/// </summary>
internal sealed class LiveEncoding(LivePictures owner, CameraPorts camera, LiveFormat format, TimeProvider time) : IFrameViewer
{
    private const int Quality = 70;

    /// <summary>Longest wait for a frame before the loop checks whether there are still viewers.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly FramePool _pool = new(2);
    private readonly PreviewEncoder _encoder = new();
    private LiveViewer[] _viewers = [];
    private TaskCompletionSource<(Frame Copy, Detection[] Detections)>? _wanted;
    private bool _runs;

    public bool WantsFrame => Volatile.Read(ref _wanted) is not null;

    /// <summary>Adds a viewer and starts the loop unless it runs.</summary>
    public void Join(LiveViewer viewer)
    {
        lock (_lock)
        {
            _viewers = [.. _viewers, viewer];
            if (_runs)
                return;
            _runs = true;
            camera.Tap.Add(this);
            _ = owner.RunAsync(camera, format, RunAsync);
        }
    }

    /// <summary>Removes a viewer; the loop ends after its last viewer has left.</summary>
    public void Leave(LiveViewer viewer)
    {
        lock (_lock)
            _viewers = [.. _viewers.Where(other => !ReferenceEquals(other, viewer))];
    }

    public void OnFrame(Frame frame, ReadOnlySpan<Detection> detections)
    {
        if (Interlocked.Exchange(ref _wanted, null) is not { } wanted)
            return;
        Frame copy = _pool.Rent(frame.Width, frame.Height, frame.Format, frame.Stride);
        frame.Data.CopyTo(copy.Data);
        (copy.Sequence, copy.Time) = (frame.Sequence, frame.Time);
        if (!wanted.TrySetResult((copy, format.Boxes ? detections.ToArray() : [])))
            copy.Dispose();
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            TimeSpan interval;
            lock (_lock)
            {
                if (_viewers.Length == 0)
                {
                    camera.Tap.Remove(this);
                    _runs = false;
                    return;
                }

                interval = _viewers.Min(viewer => viewer.Interval);
            }

            long start = time.GetTimestamp();
            if (await FrameAsync().ConfigureAwait(false) is not { Copy: { } frame } shown)
                continue;
            using (frame)
                await PublishAsync(frame, shown.Detections).ConfigureAwait(false);
            TimeSpan rest = interval - time.GetElapsedTime(start);
            if (rest > TimeSpan.Zero)
                await Task.Delay(rest, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Copies the next frame; null when none arrives within a second.</summary>
    private async Task<(Frame? Copy, Detection[] Detections)> FrameAsync()
    {
        var wanted = new TaskCompletionSource<(Frame Copy, Detection[] Detections)>(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _wanted, wanted);
        try
        {
            return await wanted.Task.WaitAsync(Patience, time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The pipeline may take the request at the same moment; then its copy returns to the pool.
            Interlocked.CompareExchange(ref _wanted, null, wanted);
            if (!wanted.TrySetCanceled())
                return await wanted.Task.ConfigureAwait(false);
            return (null, []);
        }
    }

    private async Task PublishAsync(Frame frame, Detection[] detections)
    {
        LivePicture? picture = await owner
            .EncodeAsync(
                () =>
                    format.Boxes
                        ? SnapshotSource.Encode(frame, detections, owner.Labels, format.Width, Quality)
                        : _encoder.Encode(frame, format.Width, Quality),
                frame
            )
            .ConfigureAwait(false);
        if (picture is null)
            return;
        LiveViewer[] viewers;
        lock (_lock)
            viewers = _viewers;
        foreach (LiveViewer viewer in viewers)
            viewer.Offer(picture, time);
    }
}
