using System.Diagnostics;
using System.Globalization;
using RNNPool.Edge.Core;
using RNNPool.Edge.Models;
using RNNPool.Edge.Vision.Detectors;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Geometry;

namespace RNNPool.Edge.Pipeline.Engines;

/// <summary>Loads the model and runs it on grey frames.</summary>
internal sealed class ModelCheck(Lazy<IDetector> lazy, Lazy<ActiveModel> active) : IDoctorCheck
{
    private const int Runs = 11;
    private const string Fix = "Name a model folder, or the name of a bundled model such as face-qvga, in Model:Path.";

    public string Name => "model";

    public async Task<CheckResult> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            IDetector detector = lazy.Value;
            if (active.Value.Problem is { } problem)
                return new CheckResult(Name, CheckOutcome.Failed, $"{problem} {detector.Model} runs in its place.", Fix);
            using Frame frame = new FramePool(1).Rent(640, 480, PixelFormat.Gray8);
            frame.Data.Fill(128);
            var detections = new DetectionList();
            double[] milliseconds = new double[Runs];
            for (int i = 0; i < Runs; i++)
            {
                long start = Stopwatch.GetTimestamp();
                await detector.DetectAsync(frame, detections, cancellationToken).ConfigureAwait(false);
                milliseconds[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            }

            Array.Sort(milliseconds);
            return new CheckResult(
                Name,
                CheckOutcome.Ok,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{detector.Model} runs on {detector.Engine}, {milliseconds[Runs / 2]:0.0} ms per frame."
                )
            );
        }
        catch (DetectorUnavailableException)
        {
            return new CheckResult(Name, CheckOutcome.Off, "The coprocessor is the only engine; this machine runs no model.");
        }
        catch (ModelException exception)
        {
            return new CheckResult(Name, CheckOutcome.Failed, exception.Message, Fix);
        }
    }
}
