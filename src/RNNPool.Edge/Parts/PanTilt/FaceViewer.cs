using RNNPool.Edge.Pipeline.Inference;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Geometry;

namespace RNNPool.Edge.Parts.PanTilt;

/// <summary>Where the largest face of a frame was.</summary>
/// <param name="Time">Monotonic time of the frame.</param>
/// <param name="X">Distance from the middle to the right, as a fraction of the frame's width.</param>
/// <param name="Y">Distance from the middle upwards, as a fraction of the frame's height.</param>
internal readonly record struct Sighting(TimeSpan Time, double X, double Y);

/// <summary>Keeps the largest face of the last frame that had one. Thread-safe; allocates nothing for a frame.</summary>
internal sealed class FaceViewer(float minScore, PartSignal signal) : IFrameViewer
{
    private readonly Lock _lock = new();
    private Sighting _sighting;
    private bool _isNew;

    /// <inheritdoc/>
    public bool WantsFrame => true;

    /// <inheritdoc/>
    public void OnFrame(Frame frame, ReadOnlySpan<Detection> detections)
    {
        BoundingBox largest = default;
        foreach (Detection detection in detections)
        {
            if (detection.Score >= minScore && detection.Box.Area > largest.Area)
                largest = detection.Box;
        }

        if (largest.Area <= 0)
            return;
        lock (_lock)
        {
            _sighting = new Sighting(
                frame.Time.Monotonic,
                ((largest.X + (largest.Width / 2)) / frame.Width) - 0.5,
                0.5 - ((largest.Y + (largest.Height / 2)) / frame.Height)
            );
            _isNew = true;
        }

        signal.Set();
    }

    /// <summary>Takes the last sighting; each is taken once.</summary>
    public bool TryTake(out Sighting sighting)
    {
        lock (_lock)
        {
            sighting = _sighting;
            bool isNew = _isNew;
            _isNew = false;
            return isNew;
        }
    }
}
