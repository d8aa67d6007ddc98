using RNNPool.Edge.Vision.Detectors;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Geometry;

namespace RNNPool.Edge.Pipeline.Coprocessor;

/// <summary>Runs the coprocessor's frames in the reference interpreter and compares both results, which must be equal.</summary>
internal sealed partial class ResultVerifier(
    PackageDetector interpreter,
    DetectorOptions options,
    CoprocessorStatus status,
    ILogger<ResultVerifier> logger
)
{
    private readonly DetectionList _expected = new();
    private readonly ILogger _logger = logger;

    /// <summary>Compares the coprocessor's detections of a frame with the interpreter's.</summary>
    public void Verify(Frame frame, DetectionList found)
    {
        // The interpreter is synchronous: it has finished when the call returns.
        ValueTask done = interpreter.DetectAsync(frame, _expected, CancellationToken.None);
        System.Diagnostics.Debug.Assert(done.IsCompletedSuccessfully, "The interpreter is synchronous.");
        string? difference = Difference(Expected(), found.Items);
        status.CountVerifiedFrame(difference is null);
        if (difference is not null)
            LogDiffers(frame.Sequence, difference);
    }

    /// <summary>Description of the first difference; null when every label, score and edge is equal.</summary>
    internal static string? Difference(ReadOnlySpan<Detection> expected, ReadOnlySpan<Detection> found)
    {
        if (expected.Length != found.Length)
            return $"{found.Length} detections instead of {expected.Length}";
        for (int i = 0; i < expected.Length; i++)
        {
            if (found[i] != expected[i])
                return $"detection {i} is {found[i]} instead of {expected[i]}";
        }

        return null;
    }

    // Applies the threshold and maximum that CoprocessorDetector applies.
    private ReadOnlySpan<Detection> Expected()
    {
        int kept = 0;
        ReadOnlySpan<Detection> all = _expected.Items;
        while (kept < all.Length && kept < (options.MaxDetections ?? int.MaxValue) && all[kept].Score >= (options.ScoreThreshold ?? 0))
            kept++;
        return all[..kept];
    }

    [LoggerMessage(1720, LogLevel.Error, "On frame {Sequence} the coprocessor and the reference interpreter differ: {Difference}.")]
    private partial void LogDiffers(long sequence, string difference);
}
