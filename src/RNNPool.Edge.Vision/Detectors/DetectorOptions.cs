using RNNPool.Edge.Vision.Onnx;

namespace RNNPool.Edge.Vision.Detectors;

/// <summary>How overlapping boxes of one object are thinned out.</summary>
public enum NmsMethod
{
    /// <summary>A box that overlaps a better one too much is dropped.</summary>
    Hard,

    /// <summary>Its score is lowered by exp(-IoU² / sigma) instead (Bodla et al., ICCV 2017).</summary>
    Soft,
}

/// <summary>From the outputs of a detector to its boxes. Values left out are those of the model's <c>arch.json</c>. A classifier has a score threshold only.</summary>
public sealed class DetectorOptions
{
    /// <summary>Name of the section in the configuration.</summary>
    public const string SectionName = "Detector";

    /// <summary>Lowest score (a probability) of a box that is reported. Over 0 and under 1; default: the model's, of a classifier 0.5.</summary>
    public float? ScoreThreshold { get; set; }

    /// <summary>Intersection over union above which two boxes are taken for one object. 0.01 to 1; default: the model's.</summary>
    public float? NmsIou { get; set; }

    /// <summary>How overlapping boxes are thinned out: Hard or Soft. Default Hard.</summary>
    public NmsMethod Nms { get; set; } = NmsMethod.Hard;

    /// <summary>Width of soft NMS's Gaussian, in units of IoU². 0.01 to 10; default 0.5.</summary>
    public float SoftNmsSigma { get; set; } = 0.5f;

    /// <summary>Most boxes of one frame. 1 to 10000; default: the model's.</summary>
    public int? MaxDetections { get; set; }

    /// <summary>Most boxes over the threshold that enter NMS, the best first: a bound on the work of a crowded or noisy frame. 1 to 100000; default 1000.</summary>
    public int MaxCandidates { get; set; } = 1000;

    /// <summary>The engine on this machine.</summary>
    public OnnxOptions Onnx { get; set; } = new();
}
