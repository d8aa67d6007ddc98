using RNNPool.Edge.Cli.Eval;
using RNNPool.Edge.Models.Folders;
using RNNPool.Edge.Models.Interpreter;
using RNNPool.Edge.Models.Packages;
using RNNPool.Edge.Vision.Detectors;
using RNNPool.Edge.Vision.Evaluation;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Geometry;
using RNNPool.Edge.Vision.Imaging;

namespace RNNPool.Edge.Cli.Model;

/// <summary>Compares a classifier in ONNX Runtime with its package in the interpreter on the same pictures.</summary>
internal sealed class ClassificationComparison(ModelFolder folder, ModelPackage package, bool labelled)
{
    public ComparisonSummary Run(
        IReadOnlyList<LabelledPicture> pictures,
        ComparisonSummary summary,
        IProgress<double> progress,
        CancellationToken cancellationToken
    )
    {
        const float Threshold = ClassDecoder.DefaultThreshold;
        using OnnxDetector exact = OnnxDetector.Create(folder, new DetectorOptions { ScoreThreshold = ClassificationEval.LowestScore });
        using var quantized = new PackageDetector(
            package,
            new DecodingOptions { ScoreThreshold = ClassificationEval.LowestScore },
            folder.Architecture.Input.Fit
        );
        IDetector[] detectors = [exact, quantized];
        ClassificationEvaluator[] evaluators =
        [
            .. detectors.Select(_ => new ClassificationEvaluator(Threshold, folder.Architecture.Labels.Count)),
        ];
        var results = new DetectionList();
        var frames = new FramePool(1);
        int same = 0;
        double total = 0,
            largest = 0;
        for (int i = 0; i < pictures.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using Frame frame = ImageCodec.Load(pictures[i].Path, frames);
            (int Given, float Score) first = default;
            for (int d = 0; d < detectors.Length; d++)
            {
                // Both engines work synchronously.
                detectors[d].DetectAsync(frame, results, cancellationToken).AsTask().GetAwaiter().GetResult();
                evaluators[d].Add(pictures[i], results.Items);
                float score = results.Count == 0 ? 0 : results.Items[0].Score;
                (int Given, float Score) prediction = (score >= Threshold ? results.Items[0].Label + 1 : 0, score);
                if (d == 0)
                {
                    first = prediction;
                    continue;
                }

                double difference = Math.Abs(prediction.Score - first.Score);
                if (prediction.Given == first.Given)
                    same++;
                total += difference;
                largest = Math.Max(largest, difference);
            }

            progress.Report((i + 1.0) / pictures.Count);
        }

        ClassificationResult[] judged = [.. evaluators.Select(evaluator => evaluator.Complete())];
        double? Figure(int detector, Func<ClassificationResult, double> figure) =>
            labelled ? Math.Round(figure(judged[detector]), 4) : null;
        return summary with
        {
            Classifications = new ClassificationsSummary(
                pictures.Count,
                Figure(0, r => r.All.Accuracy),
                Figure(1, r => r.All.Accuracy),
                Figure(0, r => r.BalancedAccuracy),
                Figure(1, r => r.BalancedAccuracy),
                Threshold,
                same,
                Math.Round(total / pictures.Count, 5),
                Math.Round(largest, 5)
            ),
        };
    }
}
