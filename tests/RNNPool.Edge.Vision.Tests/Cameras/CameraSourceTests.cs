using Microsoft.Extensions.Logging.Abstractions;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Vision.Cameras;

namespace RNNPool.Edge.Vision.Tests.Cameras;

public sealed class CameraSourceTests
{
    private static readonly CameraFactory Factory = CameraFactory.CreateDefault(TimeProvider.System, NullLoggerFactory.Instance);

    [Theory]
    [InlineData("images:/a/b", "images", "/a/b")]
    [InlineData("IMAGES:/a/b?rate=5&Loop=true", "images", "/a/b", "rate", "5", "loop", "true")]
    [InlineData("images:/a/frame?.jpg", "images", "/a/frame?.jpg")]
    [InlineData("images:/a/frame?.jpg?rate=5", "images", "/a/frame?.jpg", "rate", "5")]
    [InlineData("images:/a/what?", "images", "/a/what?")]
    [InlineData("images:/a=b/c", "images", "/a=b/c")]
    [InlineData("synthetic:?seed=7", "synthetic", "", "seed", "7")]
    [InlineData("synthetic:", "synthetic", "")]
    [InlineData("v4l2:/dev/video0?width=640", "v4l2", "/dev/video0", "width", "640")]
    [InlineData("images:/a?x=a%20b", "images", "/a", "x", "a b")]
    public void A_source_is_taken_apart(string text, string scheme, string target, params string[] parameters)
    {
        CameraSource source = CameraSource.Parse(text);
        Assert.Equal((scheme, target), (source.Scheme, source.Target));
        Assert.Equal(parameters, source.Parameters.SelectMany(p => new[] { p.Key, p.Value }));
    }

    [Theory]
    [InlineData("ffmpeg:rtsp://user:pa:ss@10.0.0.5:554/stream", "ffmpeg:rtsp://10.0.0.5:554/stream")]
    [InlineData("ffmpeg:rtsp://user:p@ss@host/a", "ffmpeg:rtsp://host/a")]
    [InlineData("ffmpeg:http://user:pass@host/a?key=secret", "ffmpeg:http://host/a")]
    [InlineData("ffmpeg:http://user:pass@host/a?key=secret#rate=5", "ffmpeg:http://host/a")]
    [InlineData("ffmpeg:rtsp://user:pa/ss@host/a", "ffmpeg:rtsp://...")]
    [InlineData("ffmpeg:rtsp://user:pa?ss@host/a", "ffmpeg:rtsp://...")]
    [InlineData("ffmpeg:rtsp://user:pa#ss@host/a", "ffmpeg:rtsp://...")]
    [InlineData("ffmpeg:rtsp://host", "ffmpeg:rtsp://host")]
    [InlineData("ffmpeg:rtsp://host/a@b", "ffmpeg:rtsp://...")]
    [InlineData("images:/a/b?rate=5", "images:/a/b")]
    public void Credentials_and_parameters_are_not_shown(string text, string shown) =>
        Assert.Equal(shown, CameraSource.Parse(text).DisplayName);

    [Theory]
    [InlineData("", "''")]
    [InlineData("/dev/video0", "/dev/video0")]
    [InlineData(":x", ":x")]
    [InlineData("images:/a?rate=1&rate=2", "rate")]
    [InlineData("webcam:0", "webcam|v4l2:|rpicam:|ffmpeg:|images:|synthetic:")]
    [InlineData("images:", "images:")]
    [InlineData("images:/a?speed=3", "speed|images:|rate|loop|cache")]
    [InlineData("images:/a?rate=fast", "rate|'fast'|0|1000")]
    [InlineData("images:/a?rate=-1", "rate|'-1'|0|1000")]
    [InlineData("images:/a?rate=NaN", "rate|'NaN'|0|1000")]
    [InlineData("images:/a?loop=maybe", "loop|'maybe'|true|false")]
    [InlineData("synthetic:?width=8", "width|'8'|16|4096")]
    [InlineData("synthetic:/dev/x", "synthetic:")]
    public void A_wrong_source_is_explained(string text, string names) =>
        Sentence.AssertNames(Assert.Throws<CameraException>(() => Factory.Create(text)).Message, names);

    [Fact]
    public void An_endless_name_is_refused() => Assert.Throws<CameraException>(() => CameraSource.Parse("images:" + new string('x', 5000)));

    [Fact]
    public void Credentials_are_not_shown_when_the_kind_is_unknown()
    {
        string message = Assert.Throws<CameraException>(() => Factory.Create("rtsp://user:secret@host/x")).Message;
        Assert.DoesNotContain("secret", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_example_is_accepted() => Assert.All(Factory.Providers, provider => Assert.NotNull(Factory.Create(provider.Example)));
}
