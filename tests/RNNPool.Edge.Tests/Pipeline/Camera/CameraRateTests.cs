using Microsoft.Extensions.Logging.Abstractions;
using RNNPool.Edge.Pipeline.Camera;
using RNNPool.Edge.Vision.Cameras;

namespace RNNPool.Edge.Tests.Pipeline.Camera;

public sealed class CameraRateTests
{
    [Theory]
    [InlineData("synthetic:?rate=0.3", 3, false)]
    [InlineData("synthetic:?rate=0.3", 7, true)]
    [InlineData("synthetic:?rate=0.1", 19, false)]
    [InlineData("synthetic:?rate=0.1", 20, true)]
    [InlineData("images:/nowhere?rate=0.5", 3, false)]
    [InlineData("images:/nowhere?rate=0.5", 4, true)]
    [InlineData("images:/nowhere?rate=0", 3, true)]
    [InlineData("v4l2:/dev/video0?rate=0.2", 3, false)]
    [InlineData("v4l2:/dev/video0?rate=0.2", 10, true)]
    [InlineData("rpicam:0?rate=0.2", 3, false)]
    [InlineData("ffmpeg:rtsp://camera.local/stream#rate=0.2", 3, false)]
    public void The_stall_timeout_is_at_least_two_periods_of_the_rate_in_the_source(string source, double stall, bool valid)
    {
        var validator = new CameraOptionsValidator(CameraFactory.CreateDefault(TimeProvider.System, NullLoggerFactory.Instance));
        var options = new CameraOptions { Source = source, StallTimeout = TimeSpan.FromSeconds(stall) };
        Assert.Equal(valid, validator.Validate(null, options).Succeeded);
        if (!valid)
            Assert.Contains("Camera:StallTimeout", validator.Validate(null, options).FailureMessage, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("synthetic:?rate=0.05")]
    [InlineData("images:/nowhere?rate=0.05")]
    [InlineData("v4l2:/dev/video0?rate=0.05")]
    [InlineData("ffmpeg:rtsp://camera.local/stream#rate=0.05")]
    public void Rates_below_a_tenth_of_a_frame_per_second_are_not_allowed(string source)
    {
        var validator = new CameraOptionsValidator(CameraFactory.CreateDefault(TimeProvider.System, NullLoggerFactory.Instance));
        var options = new CameraOptions { Source = source, StallTimeout = TimeSpan.FromMinutes(5) };
        Assert.Contains("Camera:Source", validator.Validate(null, options).FailureMessage, StringComparison.Ordinal);
    }
}
