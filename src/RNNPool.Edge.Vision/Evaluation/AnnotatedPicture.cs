using RNNPool.Edge.Vision.Geometry;

namespace RNNPool.Edge.Vision.Evaluation;

/// <summary>One box of an annotated picture.</summary>
/// <param name="Box">Where it is, in pixels of the stored picture.</param>
/// <param name="Ignore">Whether finding or missing it counts neither way.</param>
public readonly record struct AnnotatedBox(BoundingBox Box, bool Ignore);

/// <summary>A picture with the boxes that should be found in it.</summary>
/// <param name="Name">The picture's name as the annotations have it.</param>
/// <param name="Path">Full path of the picture.</param>
/// <param name="Width">Width of the stored picture in pixels.</param>
/// <param name="Height">Height of the stored picture in pixels.</param>
/// <param name="Source">Where the picture comes from; may be empty.</param>
/// <param name="Boxes">Its boxes; none when nothing is to be found.</param>
public sealed record AnnotatedPicture(string Name, string Path, int Width, int Height, string Source, IReadOnlyList<AnnotatedBox> Boxes);
