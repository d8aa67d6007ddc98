using RNNPool.Edge.Vision.Geometry;

namespace RNNPool.Edge.Vision.Detectors;

/// <summary>
/// Suppresses the second box of one large object. The larger an object is in the picture, the fewer anchors fit it, and the further apart
/// the boxes are that a detector predicts for it. The overlap that makes two boxes one object therefore falls with their size. Every
/// engine applies the rule to its results on this machine, so that it also holds for the boxes that a coprocessor sends.
/// </summary>
public static class CloseUpSuppression
{
    // Side of a box relative to the picture's: the square root of its share of the picture's area.
    private const float SmallSide = 0.3f;
    private const float LargeSide = 0.5f;
    private const float LargeShare = 0.5f;

    /// <summary>Drops each box that overlaps a better one of its label by more than its size allows. Allocates nothing.</summary>
    /// <param name="detections">Detections by descending score, in pixels of the picture.</param>
    /// <param name="width">Width of the picture in pixels.</param>
    /// <param name="height">Height of the picture in pixels.</param>
    /// <param name="iou">Intersection over union above which two small boxes are one object, 0 to 1.</param>
    public static void Apply(DetectionList detections, int width, int height, float iou)
    {
        ArgumentNullException.ThrowIfNull(detections);
        float area = (float)width * height;
        int kept = 0;
        Span<Detection> boxes = detections.Mutable;
        for (int i = 0; i < boxes.Length; i++)
        {
            Detection candidate = boxes[i];
            bool overlaps = false;
            for (int j = 0; j < kept && !overlaps; j++)
            {
                overlaps =
                    boxes[j].Label == candidate.Label
                    && IsLarge(boxes[j].Box, candidate.Box, area, out float share)
                    && boxes[j].Box.IntersectionOverUnion(candidate.Box) > iou * share;
            }

            if (!overlaps)
                boxes[kept++] = candidate;
        }

        detections.Truncate(kept);
    }

    private static bool IsLarge(in BoundingBox one, in BoundingBox other, float area, out float share)
    {
        float side = MathF.Sqrt(MathF.Min(one.Area, other.Area) / area);
        share = 1 - ((1 - LargeShare) * Math.Clamp((side - SmallSide) / (LargeSide - SmallSide), 0, 1));
        return side > SmallSide;
    }
}
