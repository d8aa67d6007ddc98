namespace RNNPool.Edge.Vision.Geometry;

/// <summary>One object that a detector found in one frame.</summary>
/// <param name="Label">Index into the model's labels.</param>
/// <param name="Score">Probability, 0 to 1.</param>
/// <param name="Box">Its box in pixels of the source frame.</param>
public readonly record struct Detection(int Label, float Score, BoundingBox Box);
