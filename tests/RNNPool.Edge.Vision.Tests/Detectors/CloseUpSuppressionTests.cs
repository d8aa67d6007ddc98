using RNNPool.Edge.Testing;
using RNNPool.Edge.Vision.Detectors;
using RNNPool.Edge.Vision.Geometry;

namespace RNNPool.Edge.Vision.Tests.Detectors;

public sealed class CloseUpSuppressionTests
{
    [Theory]
    [InlineData(40, 0.45, 2)] // small: the overlap of the detector's own suppression applies
    [InlineData(300, 0.45, 1)]
    [InlineData(300, 0.3, 1)]
    [InlineData(300, 0.15, 2)] // two faces cheek to cheek overlap less
    [InlineData(230, 0.3, 1)]
    [InlineData(160, 0.38, 2)]
    public void The_overlap_of_one_object_falls_with_its_size(float side, float overlap, int expected)
    {
        // Boxes of equal size that are apart by d in one direction overlap by (s - d) / (s + d).
        float apart = side * (1 - overlap) / (1 + overlap);
        DetectionList list = Create((0, 0.9f, new BoundingBox(50, 20, side, side)), (0, 0.8f, new BoundingBox(50, 20 + apart, side, side)));
        CloseUpSuppression.Apply(list, 640, 480, 0.4f);
        Assert.Equal(expected, list.Count);
        Assert.Equal(0.9f, list.Items[0].Score);
    }

    [Fact]
    public void A_small_face_before_a_large_one_and_other_labels_stay()
    {
        var large = new BoundingBox(100, 20, 400, 440);
        DetectionList list = Create(
            (0, 0.9f, large),
            (0, 0.8f, new BoundingBox(120, 30, 100, 110)),
            (1, 0.7f, large),
            (0, 0.6f, new BoundingBox(100, 200, 400, 280)),
            (0, 0.5f, new BoundingBox(520, 20, 60, 80))
        );
        CloseUpSuppression.Apply(list, 640, 480, 0.4f);
        Assert.Equal([0.9f, 0.8f, 0.7f, 0.5f], list.Items.ToArray().Select(found => found.Score));
    }

    [Fact]
    public void It_allocates_nothing()
    {
        var box = new BoundingBox(100, 20, 400, 440);
        DetectionList list = Create((0, 0.9f, box));
        Assert.Equal(
            0,
            Allocation.Least(() =>
            {
                list.Add(new Detection(0, 0.5f, box));
                CloseUpSuppression.Apply(list, 640, 480, 0.4f);
            })
        );
        Assert.Equal(1, list.Count);
    }

    private static DetectionList Create(params (int Label, float Score, BoundingBox Box)[] found)
    {
        var list = new DetectionList();
        foreach ((int label, float score, BoundingBox box) in found)
            list.Add(new Detection(label, score, box));
        return list;
    }
}
