using RNNPool.Edge.Vision.Geometry;

namespace RNNPool.Edge.Vision.Detectors;

/// <summary>Suppresses overlapping boxes of one object. Both methods work in place and allocate nothing.</summary>
public static class NonMaximumSuppression
{
    /// <summary>Keeps a box unless it overlaps a kept one of the same label by more than <paramref name="iou"/>.</summary>
    /// <param name="boxes">Boxes by descending score; the kept ones are moved to the front in that order.</param>
    /// <param name="iou">Intersection over union above which the box with the lower score is dropped, 0 to 1.</param>
    /// <param name="most">Maximum number of boxes to keep.</param>
    /// <returns>Number of kept boxes.</returns>
    public static int Hard(Span<Detection> boxes, float iou, int most)
    {
        int kept = 0;
        for (int i = 0; i < boxes.Length && kept < most; i++)
        {
            Detection candidate = boxes[i];
            bool overlaps = false;
            for (int j = 0; j < kept && !overlaps; j++)
                overlaps = boxes[j].Label == candidate.Label && boxes[j].Box.IntersectionOverUnion(candidate.Box) > iou;
            if (!overlaps)
                boxes[kept++] = candidate;
        }

        return kept;
    }

    /// <summary>
    /// Lowers the score of a box by exp(-IoU² / <paramref name="sigma"/>) for every better box of its label, and drops it when it
    /// falls under the threshold (soft NMS with the Gaussian penalty: Bodla et al., ICCV 2017, equation 3).
    /// </summary>
    /// <param name="boxes">The boxes; the kept ones are moved to the front by descending lowered score.</param>
    /// <param name="sigma">Width of the Gaussian, over 0.</param>
    /// <param name="threshold">Minimum score to keep.</param>
    /// <param name="most">Maximum number of boxes to keep.</param>
    /// <returns>Number of kept boxes.</returns>
    public static int Soft(Span<Detection> boxes, float sigma, float threshold, int most)
    {
        int kept = 0;
        while (kept < boxes.Length && kept < most)
        {
            int best = kept;
            for (int i = kept + 1; i < boxes.Length; i++)
            {
                if (boxes[i].Score > boxes[best].Score)
                    best = i;
            }

            if (boxes[best].Score < threshold)
                break;

            // Moved rather than swapped, so that equal scores keep their order.
            Detection chosen = boxes[best];
            for (int i = best; i > kept; i--)
                boxes[i] = boxes[i - 1];
            boxes[kept++] = chosen;
            for (int i = kept; i < boxes.Length; i++)
            {
                if (boxes[i].Label != chosen.Label)
                    continue;
                float overlap = chosen.Box.IntersectionOverUnion(boxes[i].Box);
                if (overlap > 0)
                    boxes[i] = boxes[i] with { Score = boxes[i].Score * MathF.Exp(-overlap * overlap / sigma) };
            }
        }

        return kept;
    }
}
