using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Geometry;
using RNNPool.Edge.Vision.Imaging;
using RNNPool.Edge.Vision.Tests.Support;

namespace RNNPool.Edge.Vision.Tests.Imaging;

public sealed class BoxPainterTests
{
    [Fact]
    public void A_box_and_its_caption_are_drawn_and_the_frame_is_left_alone()
    {
        using Frame frame = TestFrames.Gray(200, 100, (_, _) => 200);
        byte[] before = frame.Data.ToArray();
        Detection[] detections = [new(0, 0.97f, new BoundingBox(50, 40, 60, 30))];
        using Frame drawn = ImageCodec.Decode(BoxPainter.Encode(frame, detections, ["face"], ImageEncoding.Png), "x.png", new FramePool());
        Assert.Equal(before, frame.Data.ToArray());

        Assert.NotEqual((200, 200, 200), Pixel(drawn, 50, 55));
        Assert.NotEqual((200, 200, 200), Pixel(drawn, 109, 55));
        Assert.NotEqual((200, 200, 200), Pixel(drawn, 80, 69));
        Assert.Equal((200, 200, 200), Pixel(drawn, 80, 55));
        Assert.Equal((200, 200, 200), Pixel(drawn, 80, 75));

        // FACE 97%: black on the box's colour, above the box.
        int black = 0;
        for (int y = 30; y < 40; y++)
        {
            for (int x = 50; x < 100; x++)
                black += Pixel(drawn, x, y) == (0, 0, 0) ? 1 : 0;
        }

        Assert.InRange(black, 60, 160);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 500)]
    [InlineData(700, 2)]
    public void Boxes_beyond_the_edges_and_unknown_labels_do_no_harm(int width, int height)
    {
        using Frame frame = TestFrames.Gray(width, height, (_, _) => 0);
        Detection[] detections =
        [
            new(0, 1, new BoundingBox(-1000, -1000, 5000, 5000)),
            new(9, 0, new BoundingBox(0, 0, 0.2f, 0.2f)),
            new(0, 0.5f, new BoundingBox(width, height, 10, 10)),
        ];
        using Frame drawn = ImageCodec.Decode(
            BoxPainter.Encode(frame, detections, ["Türöffner"], ImageEncoding.Jpeg),
            "x.jpg",
            new FramePool()
        );
        Assert.Equal((width, height), (drawn.Width, drawn.Height));
    }

    private static (int R, int G, int B) Pixel(Frame frame, int x, int y)
    {
        ReadOnlySpan<byte> pixel = frame.Data[((y * frame.Stride) + (4 * x))..];
        return (pixel[0], pixel[1], pixel[2]);
    }
}
