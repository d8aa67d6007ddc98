namespace RNNPool.Edge.Vision.Evaluation;

/// <summary>How often a classifier was right about some pictures.</summary>
/// <param name="Images">How many pictures.</param>
/// <param name="Positives">On how many of them something is.</param>
/// <param name="Accuracy">Share of the pictures that got their class, 0 to 1.</param>
/// <param name="Recall">Share of the pictures with something on which something was seen, 0 to 1; null when there are none.</param>
/// <param name="Specificity">Share of the pictures without anything on which nothing was seen, 0 to 1; null when there are none.</param>
public sealed record ClassificationFigures(int Images, int Positives, double Accuracy, double? Recall, double? Specificity);

/// <summary>Figures of a part of the pictures.</summary>
/// <param name="Name">Its name: a source, or grey or colour.</param>
/// <param name="Figures">Its figures.</param>
public sealed record ClassificationPart(string Name, ClassificationFigures Figures);

/// <summary>Pictures on which what is there covers a range of shares.</summary>
/// <param name="MinArea">Lowest share of the picture, included.</param>
/// <param name="MaxArea">Highest share, excluded unless it is 1.</param>
/// <param name="Images">How many pictures.</param>
/// <param name="Recall">Share of them on which something was seen, 0 to 1.</param>
public sealed record AreaBin(double MinArea, double MaxArea, int Images, double Recall);

/// <summary>How well a classifier did on labelled pictures.</summary>
/// <param name="WorkingThreshold">The score from which something is seen.</param>
/// <param name="All">All pictures.</param>
/// <param name="BalancedAccuracy">Mean over the classes that occur of the share of their pictures that got them, 0 to 1.</param>
/// <param name="Precision">Share of the pictures on which something was seen where something is, 0 to 1; null when nothing was seen.</param>
/// <param name="Auc">Area under the ROC curve: how often a picture with something scores higher than one without; null when one kind is missing.</param>
/// <param name="Confusion">Pictures by their class (rows) and the class that they got (columns), in the order of the labels.</param>
/// <param name="Mixed">Pictures of sources that have some with and some without anything: a source alone does not tell its class there. Null when there is no such source.</param>
/// <param name="BySource">By source, in alphabetical order; empty when sources are not known.</param>
/// <param name="ByColour">By colour at the source; empty when that is not known.</param>
/// <param name="ByArea">By the share of the picture that what is there covers; empty when that is not known.</param>
public sealed record ClassificationResult(
    float WorkingThreshold,
    ClassificationFigures All,
    double BalancedAccuracy,
    double? Precision,
    double? Auc,
    IReadOnlyList<IReadOnlyList<int>> Confusion,
    ClassificationFigures? Mixed,
    IReadOnlyList<ClassificationPart> BySource,
    IReadOnlyList<ClassificationPart> ByColour,
    IReadOnlyList<AreaBin> ByArea
);
