using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Geometry;

namespace RNNPool.Edge.Vision.Detectors;

/// <summary>Finds objects in frames. One caller at a time.</summary>
public interface IDetector : IDisposable
{
    /// <summary>Name of the engine in use, for logs and state: <c>onnx</c>, <c>coprocessor</c>, ...</summary>
    string Engine { get; }

    /// <summary>Name of the model, such as <c>face-qvga</c>.</summary>
    string Model { get; }

    /// <summary>What the model can find; <see cref="Detection.Label"/> indexes it.</summary>
    IReadOnlyList<string> Labels { get; }

    /// <summary>Clears <paramref name="results"/> and fills it with what is in <paramref name="frame"/>. Allocates nothing once warm.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    ValueTask DetectAsync(Frame frame, DetectionList results, CancellationToken cancellationToken);
}
