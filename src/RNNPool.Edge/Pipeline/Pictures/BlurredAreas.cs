using RNNPool.Edge.Vision.Geometry;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Pipeline.Pictures;

/// <summary>
/// Finds the areas of a frame that may show faces: in all detections, also weak ones, and in the last boxes of presences.
/// </summary>
internal static class BlurredAreas
{
    private const string Face = "face";
    private const string Person = "person";

    /// <summary>Part of the height of a person's box that contains the head.</summary>
    private const float HeadHeight = 0.35f;

    /// <summary>Part of the frame above which a box shows no position, as that of a classifier.</summary>
    private const float WholeFrame = 0.95f;

    public static BoundingBox[] Find(
        ReadOnlySpan<Detection> detections,
        IReadOnlyList<string> labels,
        List<Presence> present,
        int width,
        int height
    )
    {
        var areas = new List<BoundingBox>();
        foreach (Detection detection in detections)
            Add(detection.Label < labels.Count ? labels[detection.Label] : "", detection.Box);
        foreach (Presence presence in present)
        {
            if (presence.FrameScore == 0)
                Add(presence.Label, presence.Box);
        }

        return [.. areas];

        void Add(string label, in BoundingBox box)
        {
            if (label == Face)
                areas.Add(box);
            else if (label == Person && box.Width >= width * WholeFrame && box.Height >= height * WholeFrame)
                areas.Add(new BoundingBox(0, 0, width, height));
            else if (label == Person)
                areas.Add(box with { Height = box.Height * HeadHeight });
        }
    }
}
