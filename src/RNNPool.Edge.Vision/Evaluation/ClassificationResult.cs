namespace RNNPool.Edge.Vision.Evaluation;

/// <summary>Accuracy of a classifier on a group of pictures.</summary>
/// <param name="Images">Number of pictures.</param>
/// <param name="Positives">Number of pictures with an object.</param>
/// <param name="Accuracy">Share of the pictures with the right class, 0 to 1.</param>
/// <param name="Recall">Share of the pictures with an object that are predicted positive, 0 to 1; null when there are none.</param>
/// <param name="Specificity">Share of the pictures without an object that are predicted negative, 0 to 1; null when there are none.</param>
public sealed record ClassificationFigures(int Images, int Positives, double Accuracy, double? Recall, double? Specificity);

/// <summary>Figures of a part of the pictures.</summary>
/// <param name="Name">Its name: a source, or grey or colour.</param>
/// <param name="Figures">Its figures.</param>
public sealed record ClassificationPart(string Name, ClassificationFigures Figures);

/// <summary>Pictures whose objects cover a range of shares.</summary>
/// <param name="MinArea">Lowest share of the picture, included.</param>
/// <param name="MaxArea">Highest share, excluded unless it is 1.</param>
/// <param name="Images">Number of pictures.</param>
/// <param name="Recall">Share of them that are predicted positive, 0 to 1.</param>
public sealed record AreaBin(double MinArea, double MaxArea, int Images, double Recall);

/// <summary>Result of a classifier on labelled pictures.</summary>
/// <param name="WorkingThreshold">Minimum score of a positive prediction.</param>
/// <param name="All">All pictures.</param>
/// <param name="BalancedAccuracy">Mean of the classes' shares of right pictures, over the classes that occur, 0 to 1.</param>
/// <param name="Precision">Share of the positive predictions that are right, 0 to 1; null without positive predictions.</param>
/// <param name="Auc">
/// Area under the ROC curve: probability that a picture with an object scores higher than one without; null when one kind is missing.
/// </param>
/// <param name="Confusion">Pictures by their class (rows) and the predicted class (columns), in the order of the labels.</param>
/// <param name="Mixed">
/// Pictures of the sources that have both pictures with and without objects, so that the source does not determine the class. Null when
/// there is no such source.
/// </param>
/// <param name="BySource">By source, in alphabetical order; empty when sources are not known.</param>
/// <param name="ByColour">By colour at the source; empty when unknown.</param>
/// <param name="ByArea">By the share of the picture that its objects cover; empty when unknown.</param>
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
