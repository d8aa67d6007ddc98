using RNNPool.Edge.Pipeline.Inference;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Geometry;

namespace RNNPool.Edge.Web.Stream;

/// <summary>The detections of a frame.</summary>
/// <param name="Frame">Number of the frame.</param>
/// <param name="Time">When it was captured (UTC).</param>
/// <param name="Width">Its width in pixels.</param>
/// <param name="Height">Its height in pixels.</param>
/// <param name="Boxes">The detections.</param>
internal sealed record FrameReport(long Frame, DateTime Time, int Width, int Height, FrameBox[] Boxes);

/// <summary>A detection, in pixels of its frame.</summary>
internal sealed record FrameBox(double X, double Y, double Width, double Height, double Score, string Label);

/// <summary>Holds the detections of the newest frame of a camera while the stream has subscribers.</summary>
internal sealed class DetectionFeed(string camera, IReadOnlyList<string> labels) : IFrameViewer
{
    private readonly Lock _lock = new();
    private Detection[] _detections = new Detection[16];
    private int _count;
    private (long Number, DateTimeOffset Time, int Width, int Height) _frame;
    private bool _fresh;

    /// <summary>Name of the camera.</summary>
    public string Camera => camera;

    public bool WantsFrame => true;

    public void OnFrame(Frame frame, ReadOnlySpan<Detection> detections)
    {
        lock (_lock)
        {
            if (_detections.Length < detections.Length)
                _detections = new Detection[detections.Length * 2];
            detections.CopyTo(_detections);
            (_count, _fresh) = (detections.Length, true);
            _frame = (frame.Sequence, frame.Time.Wall, frame.Width, frame.Height);
        }
    }

    /// <summary>Returns the detections of the newest frame; null when they were already returned.</summary>
    public FrameReport? Take()
    {
        lock (_lock)
        {
            if (!_fresh)
                return null;
            _fresh = false;
            var boxes = new FrameBox[_count];
            for (int i = 0; i < _count; i++)
            {
                (int label, float score, BoundingBox box) = _detections[i];
                boxes[i] = new FrameBox(
                    Tenth(box.X),
                    Tenth(box.Y),
                    Tenth(box.Width),
                    Tenth(box.Height),
                    Math.Round(score, 3),
                    label < labels.Count ? labels[label] : "?"
                );
            }

            return new FrameReport(_frame.Number, TimeLabel.ToMilliseconds(_frame.Time), _frame.Width, _frame.Height, boxes);
        }
    }

    private static double Tenth(float value) => Math.Round(value, 1);
}
