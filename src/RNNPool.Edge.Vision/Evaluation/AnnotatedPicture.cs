using RNNPool.Edge.Vision.Geometry;

namespace RNNPool.Edge.Vision.Evaluation;

/// <summary>One box of an annotated picture.</summary>
/// <param name="Box">The box in pixels of the stored picture.</param>
/// <param name="Ignore">Whether the face is ignored: neither a hit nor a miss counts.</param>
public readonly record struct AnnotatedBox(BoundingBox Box, bool Ignore);

/// <summary>A picture with the boxes that should be found in it.</summary>
/// <param name="Name">The picture's name in the annotations.</param>
/// <param name="Path">Full path of the picture.</param>
/// <param name="Width">Width of the stored picture in pixels.</param>
/// <param name="Height">Height of the stored picture in pixels.</param>
/// <param name="Source">Where the picture comes from; may be empty.</param>
/// <param name="Boxes">Its boxes; empty without objects.</param>
public sealed record AnnotatedPicture(string Name, string Path, int Width, int Height, string Source, IReadOnlyList<AnnotatedBox> Boxes);
