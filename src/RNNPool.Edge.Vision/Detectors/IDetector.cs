using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Geometry;

namespace RNNPool.Edge.Vision.Detectors;

/// <summary>Finds objects in frames. One caller at a time.</summary>
public interface IDetector : IDisposable
{
    /// <summary>Name of the active engine for logs and state: <c>onnx</c>, <c>coprocessor</c>, ...</summary>
    string Engine { get; }

    /// <summary>Name of the model, such as <c>face-qvga</c>.</summary>
    string Model { get; }

    /// <summary>Labels of the objects that the model detects; <see cref="Detection.Label"/> is an index into it.</summary>
    IReadOnlyList<string> Labels { get; }

    /// <summary>
    /// Whether the model reports where objects are and how many there are; false for a classifier, which reports only whether there is one.
    /// </summary>
    bool LocatesObjects => true;

    /// <summary>
    /// Clears <paramref name="results"/> and fills it with the detections of <paramref name="frame"/>. Allocates nothing in the steady
    /// state.
    /// </summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    ValueTask DetectAsync(Frame frame, DetectionList results, CancellationToken cancellationToken);
}
