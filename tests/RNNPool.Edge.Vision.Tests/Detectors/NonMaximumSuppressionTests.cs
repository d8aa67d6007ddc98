using FsCheck;
using FsCheck.Fluent;
using RNNPool.Edge.Vision.Detectors;
using RNNPool.Edge.Vision.Geometry;

namespace RNNPool.Edge.Vision.Tests.Detectors;

public sealed class NonMaximumSuppressionTests
{
    private static Detection Box(float x, float score, int label = 0) => new(label, score, new BoundingBox(x, 0, 10, 10));

    [Fact]
    public void Hard_drops_what_overlaps_a_better_one()
    {
        // Shifts of 2.5 and 5 of 10 overlap by 0.6 and 1/3.
        Detection[] boxes = [Box(0, 0.9f), Box(2.5f, 0.8f), Box(5, 0.7f), Box(30, 0.6f)];
        Assert.Equal(3, NonMaximumSuppression.Hard(boxes, 0.5f, 10));
        Assert.Equal([0.9f, 0.7f, 0.6f], boxes[..3].Select(b => b.Score));
    }

    [Fact]
    public void Other_labels_do_not_matter()
    {
        Detection[] boxes = [Box(0, 0.9f), Box(0, 0.8f, 1), Box(0, 0.7f)];
        Assert.Equal(2, NonMaximumSuppression.Hard(boxes, 0.5f, 10));
        boxes = [Box(0, 0.9f), Box(0, 0.8f, 1)];
        Assert.Equal(2, NonMaximumSuppression.Soft(boxes, 0.5f, 0.5f, 10));
        Assert.Equal(0.8f, boxes[1].Score);
    }

    [Fact]
    public void Exactly_the_limit_still_passes()
    {
        // 10 + 10 - 4 = 16 wide in all: IoU 4 / 16.
        Detection[] boxes = [Box(0, 0.9f), Box(6, 0.8f)];
        Assert.Equal(2, NonMaximumSuppression.Hard(boxes, 0.25f, 10));
    }

    [Fact]
    public void Soft_lowers_scores_and_orders_anew()
    {
        // The second falls by exp(-0.6^2 / 0.5) behind the third, which does not overlap the first.
        Detection[] boxes = [Box(0, 0.9f), Box(2.5f, 0.8f), Box(30, 0.7f)];
        Assert.Equal(3, NonMaximumSuppression.Soft(boxes, 0.5f, 0.1f, 10));
        Assert.Equal([0f, 30, 2.5f], boxes.Select(b => b.Box.X));
        Assert.Equal(0.8 * Math.Exp(-0.36 / 0.5), boxes[2].Score, 1e-5);
        Assert.Equal(2, NonMaximumSuppression.Soft([Box(0, 0.9f), Box(0, 0.9f), Box(30, 0.7f)], 0.5f, 0.3f, 10));
    }

    [Fact]
    public void Hard_keeps_a_maximal_set_without_overlaps()
    {
        Arbitrary<Detection[]> crowds = Arb.From(
            from count in Gen.Choose(0, 60)
            from boxes in Gen.ListOf(
                from x in Gen.Choose(0, 60)
                from y in Gen.Choose(0, 60)
                from w in Gen.Choose(1, 30)
                from h in Gen.Choose(1, 30)
                select new BoundingBox(x, y, w, h),
                count
            )
            select boxes.Select((box, i) => new Detection(0, 1 - (i / 100f), box)).ToArray()
        );
        Prop.ForAll(crowds, crowd =>
            {
                Detection[] working = [.. crowd];
                Detection[] kept = working[..NonMaximumSuppression.Hard(working, 0.4f, int.MaxValue)];
                bool apart = kept.All(a => kept.All(b => a == b || a.Box.IntersectionOverUnion(b.Box) <= 0.4f));
                bool maximal = crowd
                    .Except(kept)
                    .All(gone => kept.Any(better => better.Score > gone.Score && better.Box.IntersectionOverUnion(gone.Box) > 0.4f));
                return apart && maximal && kept.SequenceEqual(kept.OrderByDescending(d => d.Score));
            })
            .Check(Config.QuickThrowOnFailure.WithMaxTest(200));
    }
}
