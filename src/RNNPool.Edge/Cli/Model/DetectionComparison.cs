using RNNPool.Edge.Models.Folders;
using RNNPool.Edge.Models.Interpreter;
using RNNPool.Edge.Models.Packages;
using RNNPool.Edge.Vision.Detectors;
using RNNPool.Edge.Vision.Evaluation;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Geometry;
using RNNPool.Edge.Vision.Imaging;

namespace RNNPool.Edge.Cli.Model;

/// <summary>Compares detections of ONNX Runtime and of the interpreter on the same pictures.</summary>
internal sealed class DetectionComparison(ModelFolder folder, ModelPackage package, bool annotated)
{
    /// <summary>The curve needs all detections, also far below the working threshold.</summary>
    private const float LowestScore = 0.01f;
    private const int MostCandidates = 1000,
        MostDetections = 300;
    private const float SameIou = 0.5f;

    public ComparisonSummary Run(
        IReadOnlyList<AnnotatedPicture> pictures,
        ComparisonSummary summary,
        IProgress<double> progress,
        CancellationToken cancellationToken
    )
    {
        float threshold = folder.Architecture.Detection!.ScoreThreshold;
        using OnnxDetector exact = OnnxDetector.Create(
            folder,
            new DetectorOptions { ScoreThreshold = LowestScore, MaxDetections = MostDetections }
        );
        using var quantized = new PackageDetector(
            package,
            new DecodingOptions
            {
                ScoreThreshold = LowestScore,
                MaxCandidates = MostCandidates,
                MaxDetections = MostDetections,
            },
            folder.Architecture.Input.Fit
        );
        using var device = new PackageDetector(
            package,
            new DecodingOptions { ScoreThreshold = LowestScore },
            folder.Architecture.Input.Fit
        );
        DetectionEvaluator[] evaluators =
        [
            .. Enumerable.Range(0, 3).Select(_ => new DetectionEvaluator(threshold, folder.Architecture.Input)),
        ];
        IDetector[] detectors = annotated ? [exact, quantized, device] : [exact, quantized];
        DetectionList[] results = [.. detectors.Select(_ => new DetectionList())];
        var frames = new FramePool(1);
        int common = 0,
            floats = 0,
            integers = 0;
        double overlap = 0;
        for (int i = 0; i < pictures.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using Frame frame = ImageCodec.Load(pictures[i].Path, frames);
            for (int d = 0; d < detectors.Length; d++)
            {
                // Both engines work synchronously.
                detectors[d].DetectAsync(frame, results[d], cancellationToken).AsTask().GetAwaiter().GetResult();
                if (annotated)
                    evaluators[d].Add(pictures[i], results[d].Items);
            }

            BoundingBox[] a = [.. results[0].Items.ToArray().Where(found => found.Score >= threshold).Select(found => found.Box)];
            List<BoundingBox> b = [.. results[1].Items.ToArray().Where(found => found.Score >= threshold).Select(found => found.Box)];
            (floats, integers) = (floats + a.Length, integers + b.Count);
            foreach (BoundingBox box in a)
            {
                if (b.Count == 0)
                    break;
                BoundingBox best = b.MaxBy(other => other.IntersectionOverUnion(box));
                float iou = best.IntersectionOverUnion(box);
                if (iou < SameIou)
                    continue;
                b.Remove(best);
                common++;
                overlap += iou;
            }

            progress.Report((i + 1.0) / pictures.Count);
        }

        double?[] precisions = [.. evaluators.Select(evaluator => annotated ? Math.Round(evaluator.Complete().Ap50, 4) : (double?)null)];
        return summary with
        {
            Detections = new DetectionsSummary(
                pictures.Count,
                precisions[0],
                precisions[1],
                precisions[2],
                Math.Round(threshold, 4),
                floats,
                integers,
                common,
                common == 0 ? null : Math.Round(overlap / common, 4)
            ),
        };
    }
}
