using RNNPool.Edge.Cli;
using RNNPool.Edge.Vision.Detectors;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Geometry;

namespace RNNPool.Edge.Tests.Pipeline.Inference;

/// <summary>A detector that returns or throws what the test sets, and that the test can block in the middle of a frame.</summary>
internal sealed class FakeDetector : IDetector
{
    private TaskCompletionSource? _gate;
    private int _calls;

    public string Engine => "fake";

    public string Model => "test-model";

    public IReadOnlyList<string> Labels { get; set; } = ["face"];

    public bool LocatesObjects { get; set; } = true;

    /// <summary>The detections of every frame.</summary>
    public Detection[] Found { get; set; } = [];

    /// <summary>Thrown instead of returning <see cref="Found"/>.</summary>
    public Exception? Failure { get; set; }

    /// <summary>Blocks the calling thread until it is set, and ignores cancellation.</summary>
    public ManualResetEventSlim? Block { get; set; }

    public List<long> Seen { get; } = [];

    public int Calls => Volatile.Read(ref _calls);

    public static Detection Face(float score = 0.9f, float x = 10) => new(0, score, new BoundingBox(x, 12, 20, 24));

    public void Hold() => _gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Release() => Interlocked.Exchange(ref _gate, null)?.TrySetResult();

    public async ValueTask DetectAsync(Frame frame, DetectionList results, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _calls);
        Seen.Add(frame.Sequence);
        Block?.Wait(CancellationToken.None);
        if (_gate is { } gate)
            await gate.Task.WaitAsync(cancellationToken);
        if (Failure is { } failure)
            throw failure;
        results.Clear();
        foreach (Detection detection in Found)
            results.Add(detection);
        results.Duration = TimeSpan.FromMilliseconds(5);
    }

    public void Dispose() { }
}
