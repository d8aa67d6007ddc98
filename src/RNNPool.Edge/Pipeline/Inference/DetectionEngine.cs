using System.Runtime.CompilerServices;
using RNNPool.Edge.Vision.Detectors;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Geometry;

namespace RNNPool.Edge.Pipeline.Inference;

/// <summary>
/// The detector that all cameras share. A detector has one caller at a time; the cameras take turns, so that a fast camera does not keep a
/// slow one from the detector. Allocates nothing per frame.
/// </summary>
internal sealed class DetectionEngine(IDetector detector)
{
    private readonly TurnQueue _turns = new();

    /// <summary>Name of the engine in use.</summary>
    public string Engine => detector.Engine;

    /// <summary>Name of the model.</summary>
    public string Model => detector.Model;

    /// <summary>The model's labels.</summary>
    public IReadOnlyList<string> Labels => detector.Labels;

    /// <inheritdoc cref="IDetector.DetectAsync"/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask DetectAsync(Frame frame, DetectionList results, CancellationToken cancellationToken)
    {
        // The wait needs no cancellation: a cancelled detector ends the turns before this one.
        await _turns.EnterAsync().ConfigureAwait(false);
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            await detector.DetectAsync(frame, results, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turns.Exit();
        }
    }
}
