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
    [InlineData("/dev/video2", "v4l2:/dev/video2")]
    [InlineData("/dev/v4l/by-id/usb-x", "v4l2:/dev/v4l/by-id/usb-x")]
    [InlineData("/dev/video2?width=640", "v4l2:/dev/video2")]
    [InlineData("webcam", "v4l2:")]
    [InlineData(" Webcam ", "v4l2:")]
    [InlineData("webcam:1", "v4l2:/dev/video1")]
    [InlineData("usb?rate=5", "v4l2:")]
    [InlineData("0", "v4l2:/dev/video0")]
    [InlineData("video10", "v4l2:/dev/video10")]
    [InlineData("csi", "rpicam:0")]
    [InlineData("CSI:1", "rpicam:1")]
    [InlineData("picamera?width=320", "rpicam:0")]
    [InlineData("rtsp://camera.local/stream#rate=5", "ffmpeg:rtsp://camera.local/stream")]
    [InlineData("HTTP://camera.local:81/video?id=1", "ffmpeg:HTTP://camera.local:81/video")]
    [InlineData("/nonexistent/pictures", "images:/nonexistent/pictures")]
    [InlineData("./pictures?rate=5", "images:./pictures")]
    [InlineData("/srv/door.mp4", "ffmpeg:/srv/door.mp4")]
    public void Common_names_of_cameras_are_translated(string text, string shown)
    {
        CameraSource source = CameraSource.Parse(text);
        Assert.Equal(shown, source.DisplayName);
        Assert.Equal(shown.Split(':')[0], source.Scheme);
    }

    [Fact]
    public void The_name_of_an_existing_folder_is_a_camera()
    {
        using var folder = new TemporaryFolder();
        string relative = Path.GetRelativePath(Environment.CurrentDirectory, folder.Path),
            name = Path.GetFileName(folder.Path);
        Assert.Equal("images", CameraSource.Parse(relative).Scheme);
        Assert.Throws<CameraException>(() => CameraSource.Parse(name));
    }

    [Fact]
    public void A_suggestion_shows_no_password()
    {
        string message = Assert.Throws<CameraException>(() => Factory.Create("rtps://user:secret@host/film")).Message;
        Sentence.AssertNames(message, "rtsp://host/film");
        Assert.DoesNotContain("secret", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "''")]
    [InlineData("wide", "wide|/dev/video0|webcam|csi|rtsp://")]
    [InlineData("webcm", "webcm|did you mean webcam?")]
    [InlineData("vidoe0", "did you mean video0?")]
    [InlineData("v4l:/dev/video0", "did you mean v4l2:/dev/video0?")]
    [InlineData("image:/a", "did you mean images:/a?")]
    [InlineData("rtps://host/a", "did you mean rtsp://host/a?")]
    [InlineData("gopher://host/a", "gopher://host/a")]
    [InlineData(":x", ":x")]
    [InlineData("images:/a?rate=1&rate=2", "rate")]
    [InlineData("tape:0", "tape:0|webcam|csi")]
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
        string message = Assert.Throws<CameraException>(() => Factory.Create("gopher://user:secret@host/x")).Message;
        Assert.DoesNotContain("secret", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_example_is_accepted() => Assert.All(Factory.Providers, provider => Assert.NotNull(Factory.Create(provider.Example)));
}
