using RNNPool.Edge.Models.Interpreter;
using RNNPool.Edge.Models.Packages;
using RNNPool.Edge.Models.Tests.Packages;
using Xunit;

namespace RNNPool.Edge.Models.Tests.Interpreter;

public sealed class DetectionDecoderTests
{
    // One head of 4x3 cells with a pixel stride of 8: anchor 0 has three backgrounds and 16x24 pixels, anchor 1 one and 40x40.
    private static readonly ModelPackage Package = ModelPackage.Parse(
        new PackageSketch("d", new MapShape(32, 24, 1), 4)
            .Conv(4, 2)
            .Depthwise(2)
            .Pointwise(4, relu: true)
            .Depthwise(2)
            .Pointwise(4, relu: false)
            .Head((256, 384, 3), (640, 640, 1))
            .Write(),
        "d"
    );

    private const int Head = 5,
        Outputs = 4 + 2 + 8;

    [Fact]
    public void Scores_follow_the_sigmoid()
    {
        for (int logit = -12000; logit <= 12000; logit += 7)
        {
            double expected = 65536 / (1 + Math.Exp(-Math.Clamp(logit / 1024.0, -8, 8)));
            Assert.Equal(expected, DetectionDecoder.Score(logit, 10), 16.0);
        }

        Assert.Equal(32768, DetectionDecoder.Score(0, 10));
        Assert.Equal(DetectionDecoder.Score(100000, 10), DetectionDecoder.Score(8 * 1024, 10));
        Assert.Equal(22, DetectionDecoder.Score(-100000, 10));
    }

    [Fact]
    public void Exp2_follows_the_power()
    {
        for (int e = -4 << 16; e < 4 << 16; e += 37)
        {
            double expected = Math.Pow(2, e / 65536.0) * 65536;
            Assert.Equal(expected, DetectionDecoder.Exp2(e), (expected * 0.0001) + 1);
        }
    }

    [Fact]
    public void A_box_without_offsets_is_its_anchor()
    {
        short[] outputs = Quiet();
        Set(outputs, x: 1, y: 1, anchor: 0, logit: 2048);
        PackageDetection detection = Assert.Single(Decode(outputs));
        // Centre (12, 12), 16x24.
        Assert.Equal((64, 0, 320, 384), ((int)detection.Left, (int)detection.Top, (int)detection.Right, (int)detection.Bottom));
        Assert.Equal(2 * 5, detection.Anchor);
        Assert.Equal(DetectionDecoder.Score(2048, 10), detection.Score);
    }

    [Fact]
    public void Offsets_move_and_scale()
    {
        short[] outputs = Quiet();
        Set(outputs, x: 1, y: 1, anchor: 0, logit: 2048, dx: 2048, dy: -2048, dw: -2048, dh: -4096); // 1, -1, -1, -2 with 11 fraction bits
        PackageDetection d = Assert.Single(Decode(outputs));
        double centerX = 12 + (0.1 * 16),
            centerY = 12 - (0.1 * 24),
            width = 16 * Math.Exp(-0.2),
            height = 24 * Math.Exp(-0.4);
        Assert.Equal((centerX - (width / 2)) * 16, d.Left, 1.5);
        Assert.Equal((centerY - (height / 2)) * 16, d.Top, 1.5);
        Assert.Equal(width * 16, d.Right - d.Left, 1.0);
        Assert.Equal(height * 16, d.Bottom - d.Top, 1.0);
    }

    [Fact]
    public void The_largest_background_counts()
    {
        short[] outputs = Quiet();
        Set(outputs, x: 0, y: 0, anchor: 0, logit: 2048);
        outputs[1] = 1500;
        Assert.Empty(Decode(outputs)); // 2048 - 1500 is under the threshold of 700
        outputs[1] = 1348;
        Assert.Single(Decode(outputs)); // exactly the threshold
    }

    [Fact]
    public void Boxes_outside_the_picture_are_no_candidates()
    {
        short[] outputs = Quiet();
        Set(outputs, x: 0, y: 0, anchor: 0, logit: 3000, dx: -32768, dw: -20000);
        Assert.Empty(Decode(outputs));
    }

    [Fact]
    public void Overlaps_are_suppressed_and_ties_go_to_the_lower_anchor()
    {
        short[] outputs = Quiet();
        Set(outputs, x: 1, y: 1, anchor: 1, logit: 2000);
        Set(outputs, x: 2, y: 1, anchor: 1, logit: 2000);
        Set(outputs, x: 3, y: 2, anchor: 0, logit: 900);
        PackageDetection[] found = Decode(outputs);
        Assert.Equal([11, 22], found.Select(d => d.Anchor));
        Assert.Equal([11, 13, 22], Decode(outputs, new DecodingOptions { NmsIou = 1 }).Select(d => d.Anchor));
    }

    [Fact]
    public void Only_the_best_candidates_are_kept()
    {
        short[] outputs = Quiet();
        for (int i = 0; i < 12; i++)
            Set(outputs, i % 4, i / 4, anchor: 0, logit: 1000 + (100 * ((i * 5) % 12)));
        int[] all = [.. Decode(outputs, new DecodingOptions { NmsIou = 1 }).Select(d => d.Anchor)];
        Assert.Equal(12, all.Length);
        Assert.Equal(all[..4], Decode(outputs, new DecodingOptions { NmsIou = 1, MaxCandidates = 4 }).Select(d => d.Anchor));
        Assert.Equal(all[..3], Decode(outputs, new DecodingOptions { NmsIou = 1, MaxDetections = 3 }).Select(d => d.Anchor));
    }

    [Fact]
    public void A_threshold_of_its_own_replaces_that_of_the_package()
    {
        short[] outputs = Quiet();
        Set(outputs, x: 0, y: 0, anchor: 0, logit: 500);
        Assert.Empty(Decode(outputs));
        Assert.Single(Decode(outputs, new DecodingOptions { ScoreThreshold = 0.5f }));
    }

    private static short[] Quiet()
    {
        short[] outputs = new short[4 * 3 * Outputs];
        for (int cell = 0; cell < 12; cell++)
            (outputs[(cell * Outputs) + 3], outputs[(cell * Outputs) + 5]) = (-5000, -5000);
        return outputs;
    }

    private static void Set(short[] outputs, int x, int y, int anchor, int logit, int dx = 0, int dy = 0, int dw = 0, int dh = 0)
    {
        int cell = ((y * 4) + x) * Outputs;
        outputs[cell + (anchor == 0 ? 3 : 5)] = (short)logit;
        int[] offsets = [dx, dy, dw, dh];
        for (int i = 0; i < 4; i++)
            outputs[cell + 6 + (4 * anchor) + i] = (short)offsets[i];
    }

    private static PackageDetection[] Decode(short[] outputs, DecodingOptions? options = null)
    {
        var decoder = new DetectionDecoder(Package, options ?? new DecodingOptions());
        decoder.Begin();
        decoder.AddHead(Head, outputs);
        decoder.Finish();
        return decoder.Detections.ToArray();
    }
}
