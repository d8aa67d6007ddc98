using RNNPool.Edge.Models.Folders;
using RNNPool.Edge.Vision.Configuration;
using RNNPool.Edge.Vision.Onnx;

namespace RNNPool.Edge.Vision.Detectors;

/// <summary>Method that suppresses overlapping boxes of one object.</summary>
public enum NmsMethod
{
    /// <summary>A box that overlaps a box with a higher score too much is dropped.</summary>
    Hard,

    /// <summary>The score of such a box is lowered by exp(-IoU² / sigma) (Bodla et al., ICCV 2017).</summary>
    Soft,
}

/// <summary>
/// Decoding of a detector's outputs to boxes. Missing values are those of the model's <c>arch.json</c>. A classifier has a score threshold
/// only.
/// </summary>
public sealed class DetectorOptions
{
    /// <summary>Name of the section in the configuration.</summary>
    public const string SectionName = "Detector";

#pragma warning disable CS1591 // [Setting] describes each property.
    [Setting(
        "Engine of this machine: vector instructions for the quantized package, which give the detections of the coprocessor; "
            + "ONNX Runtime, in the package rnnpool-edge-onnx, for the float network; "
            + "or the reference interpreter for the package, which is slow. "
            + "Auto is Simd for a model with model.rnnp, and Onnx for any other and for soft suppression."
    )]
    public HostEngine Engine { get; set; } = HostEngine.Auto;

    [Setting("Lowest score of a detection that is reported.", Default = "the model's, of a classifier 0.5", Allowed = "over 0 and under 1")]
    [SettingRange(0.0001, 0.9999)]
    public float? ScoreThreshold { get; set; }

    [Setting("Overlap (intersection over union) above which two boxes are one object.", Default = "the model's")]
    [SettingRange(0.01, 1)]
    public float? NmsIou { get; set; }

    [Setting("Method of non-maximum suppression: drop overlapping boxes, or lower their scores, which only the engine Onnx does.")]
    public NmsMethod Nms { get; set; } = NmsMethod.Hard;

    [Setting("Width of the Gaussian of soft suppression, in units of the squared overlap.")]
    [SettingRange(0.01, 10)]
    public float SoftNmsSigma { get; set; } = 0.5f;

    [Setting("Most detections of one frame.", Default = "the model's", Unit = "detections")]
    [SettingRange(1, 10_000)]
    public int? MaxDetections { get; set; }

    [Setting(
        "Most boxes that enter suppression in the engine Onnx, the best first. It bounds the work for a crowded or noisy frame.",
        Unit = "boxes"
    )]
    [SettingRange(1, 100_000)]
    public int MaxCandidates { get; set; } = 1000;

    [Setting("ONNX Runtime on this machine.")]
    public OnnxOptions Onnx { get; set; } = new();
#pragma warning restore CS1591

    /// <summary>The engine for a model.</summary>
    public HostEngine ChooseEngine(ModelFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        if (Engine != HostEngine.Auto)
            return Engine;
        return folder.PackagePath is not null && Nms == NmsMethod.Hard ? HostEngine.Simd : HostEngine.Onnx;
    }
}
