namespace RNNPool.Edge.Vision.Evaluation;

/// <summary>A point of the precision-recall curve: precision and recall of all detections with at least <paramref name="Score"/>.</summary>
/// <param name="Score">The threshold.</param>
/// <param name="Precision">Share of the detections that are right, 0 to 1.</param>
/// <param name="Recall">Share of the faces that are found, 0 to 1.</param>
public readonly record struct CurvePoint(float Score, double Precision, double Recall);

/// <summary>Figures for faces of one range of heights in the network's input.</summary>
/// <param name="MinHeight">Lowest height in input pixels, included.</param>
/// <param name="MaxHeight">Highest height in input pixels, excluded.</param>
/// <param name="Faces">Number of faces that are not ignored.</param>
/// <param name="Ap50">Average precision at IoU 0.5, 0 to 1, faces of other heights being ignored; 0 without faces.</param>
/// <param name="Recall">Share of the faces that are found at the working threshold, 0 to 1; 0 without faces.</param>
public sealed record HeightBin(int MinHeight, int MaxHeight, int Faces, double Ap50, double Recall);

/// <summary>Figures for faces of one range of sizes against the frame, which is the network's input with its borders.</summary>
/// <param name="MinShare">Lowest height as a share of the input's height, included.</param>
/// <param name="MaxShare">Highest height as a share of the input's height, excluded unless it is 1.</param>
/// <param name="Faces">Number of faces that are not ignored.</param>
/// <param name="Ap50">Average precision at IoU 0.5, 0 to 1, faces of other sizes being ignored; 0 without faces.</param>
/// <param name="Recall">Share of the faces that are found at the working threshold, 0 to 1; 0 without faces.</param>
public sealed record ShareBin(double MinShare, double MaxShare, int Faces, double Ap50, double Recall);

/// <summary>Figures of the pictures of one source.</summary>
/// <param name="Source">The source.</param>
/// <param name="Images">Number of pictures.</param>
/// <param name="Faces">Number of faces that are not ignored.</param>
/// <param name="Ap50">Average precision at IoU 0.5, 0 to 1; 0 without faces.</param>
/// <param name="FalseFaces">Wrong detections at the working threshold.</param>
public sealed record SourceFigures(string Source, int Images, int Faces, double Ap50, int FalseFaces);

/// <summary>Result of a detector on annotated pictures.</summary>
/// <param name="Ap50">Average precision at IoU 0.5: the area under the envelope of the precision-recall curve, 0 to 1.</param>
/// <param name="Images">Number of evaluated pictures.</param>
/// <param name="Faces">Number of faces that are not ignored.</param>
/// <param name="WorkingThreshold">Minimum score of a reported detection in use.</param>
/// <param name="Precision">Share of the detections at the working threshold that are right, 0 to 1; 1 without detections.</param>
/// <param name="Recall">Share of the faces found at the working threshold, 0 to 1.</param>
/// <param name="ByHeight">The same by height.</param>
/// <param name="Curve">Precision and recall after every detection, by descending score.</param>
public sealed record EvaluationResult(
    double Ap50,
    int Images,
    int Faces,
    float WorkingThreshold,
    double Precision,
    double Recall,
    IReadOnlyList<HeightBin> ByHeight,
    IReadOnlyList<CurvePoint> Curve
)
{
    /// <summary>Faces under a tenth of the input's height.</summary>
    public ShareBin Small { get; init; } = new(0, DetectionEvaluator.SmallShare, 0, 0, 0);

    /// <summary>By height as a share of the input's; this compares models of different input sizes.</summary>
    public IReadOnlyList<ShareBin> ByShare { get; init; } = [];

    /// <summary>By source, in alphabetical order; empty when sources are not known.</summary>
    public IReadOnlyList<SourceFigures> BySource { get; init; } = [];

    /// <summary>Pictures without any box.</summary>
    public int FaceFreeImages { get; init; }

    /// <summary>Detections on those pictures at the working threshold; all of them are wrong.</summary>
    public int FaceFreeFalseFaces { get; init; }
}
