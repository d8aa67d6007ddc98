using RNNPool.Edge.Models;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Vision.Detectors;
using RNNPool.Edge.Vision.Geometry;
using RNNPool.Edge.Vision.Imaging;
using RNNPool.Edge.Vision.Tests.Support;

namespace RNNPool.Edge.Vision.Tests.Detectors;

public sealed class BoxDecoderTests
{
    private const int Anchors = 16;
    private static readonly LetterboxGeometry Whole = LetterboxGeometry.Fit(32, 32, 32, 32);
    private readonly float[] _logits = [.. Enumerable.Repeat(-10f, Anchors)];
    private readonly float[] _offsets = new float[4 * Anchors];
    private readonly DetectionList _found = new();

    [Fact]
    public void Zero_offsets_give_the_anchor()
    {
        _logits[6] = 2;
        Decode(new DetectorOptions());
        Detection only = Assert.Single(_found.Items.ToArray());
        Assert.Equal(new BoundingBox(16, 8, 8, 8), only.Box);
        Assert.Equal(1 / (1 + Math.Exp(-2)), only.Score, 1e-6);
    }

    [Fact]
    public void Offsets_move_and_scale_with_their_variances()
    {
        // Centre (12, 12): + 0.1 * 5 * 8 across, - 0.1 * 2.5 * 8 down; size 8 * e^0.2 by 8 * e^-0.4.
        _logits[5] = 0.1f;
        _offsets.AsSpan(20, 4).Clear();
        (_offsets[20], _offsets[21], _offsets[22], _offsets[23]) = (5, -2.5f, 1, -2);
        Decode(new DetectorOptions());
        BoundingBox box = Assert.Single(_found.Items.ToArray()).Box;
        Assert.Equal(16, box.X + (box.Width / 2), 1e-4);
        Assert.Equal(10, box.Y + (box.Height / 2), 1e-4);
        Assert.Equal(8 * Math.Exp(0.2), box.Width, 1e-4);
        Assert.Equal(8 * Math.Exp(-0.4), box.Height, 1e-4);
    }

    [Fact]
    public void Boxes_come_back_to_the_picture_and_are_clipped()
    {
        _logits[0] = 3;
        _offsets[2] = _offsets[3] = 5 * MathF.Log(2);
        new BoxDecoder(TestNetworks.Detector, new DetectorOptions()).Decode(
            _logits,
            _offsets,
            LetterboxGeometry.Fit(64, 32, 32, 32),
            _found
        );

        // The input's upper quarter is border: (-4, -4, 16, 16) is twice as large in the picture, and 8 rows of it lie above.
        Assert.Equal(0, Assert.Single(_found.Items.ToArray()).Box.Y);
        Assert.Equal(24, _found.Items[0].Box.Right, 1e-4);
        Assert.Equal(8, _found.Items[0].Box.Bottom, 1e-4);
    }

    [Fact]
    public void Only_scores_from_the_threshold_count_and_the_best_come_first()
    {
        for (int i = 0; i < Anchors; i++)
            _logits[i] = (i * 7 % 16) - 8;
        Decode(new DetectorOptions { ScoreThreshold = 0.5f, MaxDetections = 100 });
        Assert.Equal(8, _found.Count);
        for (int i = 0; i < 8; i++)
            Assert.Equal(1 / (1 + Math.Exp(i - 7)), _found.Items[i].Score, 1e-5);
    }

    [Fact]
    public void Equal_scores_are_in_the_order_of_their_anchors()
    {
        (_logits[9], _logits[2], _logits[12]) = (1, 1, 1);
        Decode(new DetectorOptions());
        Assert.Equal([16f, 8, 0], _found.Items.ToArray().Select(d => d.Box.X));
        Assert.Equal([0f, 16, 24], _found.Items.ToArray().Select(d => d.Box.Y));
    }

    [Fact]
    public void Candidates_and_results_are_bounded()
    {
        Array.Fill(_logits, 5);
        Decode(new DetectorOptions { MaxDetections = 3 });
        Assert.Equal(3, _found.Count);
        _found.Clear();
        _logits[15] = 6;
        Decode(new DetectorOptions { MaxCandidates = 2 });
        Assert.Equal(2, _found.Count);
        Assert.Equal((24, 24), (_found.Items[0].Box.X, _found.Items[0].Box.Y));
    }

    [Fact]
    public void Values_that_are_no_numbers_give_no_boxes()
    {
        _logits[0] = float.NaN;
        (_logits[1], _offsets[4]) = (3, float.NaN);
        (_logits[2], _offsets[8]) = (3, float.PositiveInfinity);
        (_logits[4], _offsets[18]) = (float.PositiveInfinity, 1e30f);
        (_logits[6], _offsets[26]) = (3, float.NaN);
        Decode(new DetectorOptions());
        Detection only = Assert.Single(_found.Items.ToArray());
        Assert.Equal((1, 0, 32), (only.Score, only.Box.X, only.Box.Width));
    }

    [Fact]
    public void Steady_state_allocates_nothing()
    {
        var random = new Random(1);
        for (int i = 0; i < Anchors; i++)
            _logits[i] = random.NextSingle() * 4;
        var hard = new BoxDecoder(TestNetworks.Detector, new DetectorOptions());
        var soft = new BoxDecoder(TestNetworks.Detector, new DetectorOptions { Nms = NmsMethod.Soft });
        hard.Decode(_logits, _offsets, Whole, _found);
        soft.Decode(_logits, _offsets, Whole, _found);
        Assert.Equal(
            0,
            Allocation.Least(() =>
            {
                for (int i = 0; i < 50; i++)
                {
                    _found.Clear();
                    hard.Decode(_logits, _offsets, Whole, _found);
                    soft.Decode(_logits, _offsets, Whole, _found);
                }
            })
        );
    }

    [Fact]
    public void Outputs_of_another_network_and_classifiers_are_refused()
    {
        Assert.Throws<ArgumentException>(() =>
            new BoxDecoder(TestNetworks.Detector, new DetectorOptions()).Decode(new float[15], _offsets, Whole, _found)
        );
        Assert.Throws<ArgumentException>(() =>
            new BoxDecoder(TestNetworks.Detector, new DetectorOptions()).Decode(_logits, new float[15], Whole, _found)
        );
        Assert.Contains(
            "classifier",
            Assert.Throws<ModelException>(() => new BoxDecoder(TestNetworks.Classifier, new DetectorOptions())).Message,
            StringComparison.Ordinal
        );
    }

    private void Decode(DetectorOptions options) => new BoxDecoder(TestNetworks.Detector, options).Decode(_logits, _offsets, Whole, _found);
}
