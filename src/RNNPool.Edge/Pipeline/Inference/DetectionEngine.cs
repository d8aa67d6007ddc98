using RNNPool.Edge.Vision.Detectors;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Geometry;

namespace RNNPool.Edge.Pipeline.Inference;

/// <summary>
/// The detector that all cameras share. A detector has one caller at a time; other callers wait. Allocates nothing while no caller waits.
/// </summary>
internal sealed class DetectionEngine(IDetector detector) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>Name of the engine in use.</summary>
    public string Engine => detector.Engine;

    /// <summary>Name of the model.</summary>
    public string Model => detector.Model;

    /// <summary>The model's labels.</summary>
    public IReadOnlyList<string> Labels => detector.Labels;

    /// <inheritdoc cref="IDetector.DetectAsync"/>
    [System.Runtime.CompilerServices.AsyncMethodBuilder(typeof(System.Runtime.CompilerServices.PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask DetectAsync(Frame frame, DetectionList results, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await detector.DetectAsync(frame, results, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();
}
