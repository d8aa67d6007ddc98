using RNNPool.Edge.Vision.Cameras.V4l2;

namespace RNNPool.Edge.Vision.Tests.Cameras.V4l2;

public sealed class VideoModeTests
{
    // What a common camera on USB 2 offers: raw pictures while they fit through the cable, compressed ones beyond.
    private static readonly VideoFormatChoice[] Webcam =
    [
        new(
            FourCc.Mjpg,
            "",
            [new(1920, 1080, [30, 15, 5]), new(1280, 720, [30, 15, 5]), new(640, 480, [30, 15, 5]), new(320, 240, [30, 15, 5])]
        ),
        new(FourCc.Yuyv, "", [new(1920, 1080, [5]), new(1280, 720, [10, 5]), new(640, 480, [30, 15, 5]), new(320, 240, [30, 15, 5])]),
        new(FourCc.FromName("H264"), "", [new(640, 480, [30])]),
    ];

    [Theory]
    [InlineData(640, 480, 10, "YUYV", 640, 480, 15)]
    [InlineData(640, 480, 30, "YUYV", 640, 480, 30)]
    [InlineData(640, 480, 60, "YUYV", 640, 480, 30)]
    [InlineData(1280, 720, 10, "YUYV", 1280, 720, 10)]
    [InlineData(1280, 720, 15, "MJPG", 1280, 720, 15)]
    [InlineData(1920, 1080, 10, "MJPG", 1920, 1080, 15)]
    [InlineData(600, 400, 5, "YUYV", 640, 480, 5)]
    [InlineData(160, 120, 5, "YUYV", 320, 240, 5)]
    [InlineData(4096, 2160, 5, "YUYV", 1920, 1080, 5)]
    public void The_best_match_is_taken(int width, int height, double rate, string code, int gotWidth, int gotHeight, double gotRate) =>
        Assert.Equal(
            new VideoMode(FourCc.FromName(code), gotWidth, gotHeight, gotRate),
            VideoMode.Choose(Webcam, null, width, height, rate)
        );

    [Fact]
    public void A_format_can_be_asked_for_and_may_not_be_there()
    {
        Assert.Equal(new VideoMode(FourCc.Mjpg, 640, 480, 15), VideoMode.Choose(Webcam, FourCc.Mjpg, 640, 480, 10));
        Assert.Null(VideoMode.Choose(Webcam, FourCc.Nv12, 640, 480, 10));
        Assert.Null(VideoMode.Choose([], null, 640, 480, 10));
    }

    [Fact]
    public void A_driver_that_names_no_sizes_is_asked_for_the_wanted_one() =>
        Assert.Equal(
            new VideoMode(FourCc.Grey, 640, 480, 10),
            VideoMode.Choose([new VideoFormatChoice(FourCc.Grey, "", [])], null, 640, 480, 10)
        );

    [Fact]
    public void Almost_ten_frames_are_ten() =>
        Assert.Equal(
            9.99,
            VideoMode.Choose([new VideoFormatChoice(FourCc.Grey, "", [new(640, 480, [30, 9.99])])], null, 640, 480, 10)!.Value.Rate
        );

    [Theory]
    [InlineData("Exposure Time, Absolute", "exposure_time_absolute")]
    [InlineData("White Balance, Automatic", "white_balance_automatic")]
    [InlineData("  LED1 Mode ", "led1_mode")]
    public void Controls_are_called_as_other_tools_call_them(string name, string called) => Assert.Equal(called, VideoControl.NameOf(name));
}
