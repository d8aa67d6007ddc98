namespace RNNPool.Edge.Vision.Evaluation;

/// <summary>A point of the precision-recall curve: what holds for all detections with at least <paramref name="Score"/>.</summary>
/// <param name="Score">The threshold.</param>
/// <param name="Precision">Share of the detections that are right, 0 to 1.</param>
/// <param name="Recall">Share of the faces that are found, 0 to 1.</param>
public readonly record struct CurvePoint(float Score, double Precision, double Recall);

/// <summary>Figures for faces of one range of heights in the network's input.</summary>
/// <param name="MinHeight">Lowest height in input pixels, included.</param>
/// <param name="MaxHeight">Highest height in input pixels, excluded.</param>
/// <param name="Faces">How many faces count.</param>
/// <param name="Ap50">Average precision at IoU 0.5, 0 to 1, faces of other heights being ignored; 0 without faces.</param>
/// <param name="Recall">Share of the faces that are found at the working threshold, 0 to 1; 0 without faces.</param>
public sealed record HeightBin(int MinHeight, int MaxHeight, int Faces, double Ap50, double Recall);

/// <summary>How well a detector did on annotated pictures.</summary>
/// <param name="Ap50">Average precision at IoU 0.5: the area under the envelope of the precision-recall curve, 0 to 1.</param>
/// <param name="Images">How many pictures were judged.</param>
/// <param name="Faces">How many faces count.</param>
/// <param name="WorkingThreshold">The score from which detections are reported in use.</param>
/// <param name="Precision">Share of the detections at the working threshold that are right, 0 to 1; 1 without detections.</param>
/// <param name="Recall">Share of the faces found at the working threshold, 0 to 1.</param>
/// <param name="ByHeight">The same by height.</param>
/// <param name="Curve">Precision and recall after every detection, by descending score.</param>
public sealed record EvaluationResult(
    double Ap50, int Images, int Faces, float WorkingThreshold, double Precision, double Recall,
    IReadOnlyList<HeightBin> ByHeight, IReadOnlyList<CurvePoint> Curve);
