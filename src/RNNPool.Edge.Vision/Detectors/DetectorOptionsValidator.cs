using Microsoft.Extensions.Options;
using RNNPool.Edge.Vision.Configuration;
using RNNPool.Edge.Vision.Onnx;

namespace RNNPool.Edge.Vision.Detectors;

/// <summary>Checks <see cref="DetectorOptions"/>; each failure names the key, its value and the allowed values.</summary>
public sealed class DetectorOptionsValidator : IValidateOptions<DetectorOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, DetectorOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var checks = new OptionChecks(DetectorOptions.SectionName);
        if (options.ScoreThreshold is { } threshold)
            checks.Range(nameof(options.ScoreThreshold), threshold, 0.0001f, 0.9999f);
        if (options.NmsIou is { } iou)
            checks.Range(nameof(options.NmsIou), iou, 0.01f, 1f);
        checks.Known(nameof(options.Nms), options.Nms);
        checks.Range(nameof(options.SoftNmsSigma), options.SoftNmsSigma, 0.01f, 10f);
        if (options.MaxDetections is { } most)
            checks.Range(nameof(options.MaxDetections), most, 1, 10_000);
        checks.Range(nameof(options.MaxCandidates), options.MaxCandidates, 1, 100_000);

        OnnxOptions? onnx = options.Onnx;
        if (!checks.Present(nameof(options.Onnx), onnx))
            return checks.Result();
        checks.Range("Onnx:" + nameof(onnx.IntraOpThreads), onnx.IntraOpThreads, 1, 64);
        checks.Range("Onnx:" + nameof(onnx.InterOpThreads), onnx.InterOpThreads, 1, 64);
        checks.Known("Onnx:" + nameof(onnx.GraphOptimization), onnx.GraphOptimization);
        return checks.Result();
    }
}
