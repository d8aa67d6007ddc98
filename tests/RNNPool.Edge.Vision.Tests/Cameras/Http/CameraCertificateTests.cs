using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;
using RNNPool.Edge.Vision.Cameras;
using RNNPool.Edge.Vision.Cameras.Ffmpeg;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Imaging;
using RNNPool.Edge.Vision.Tests.Support;

namespace RNNPool.Edge.Vision.Tests.Cameras.Http;

/// <summary>
/// A password goes to a camera whose certificate is valid, unless the user has permitted any; and ffmpeg opens no other protocols.
/// </summary>
public sealed class CameraCertificateTests : IDisposable
{
    private readonly X509Certificate2 _certificate = Certificates.SignLoopback();

    public void Dispose() => _certificate.Dispose();

    [Theory]
    [InlineData("", "", true)]
    [InlineData("user:secret@", "", false)]
    [InlineData("", "?password=secret", false)]
    [InlineData("user:secret@", "#certificate=any", true)]
    [InlineData("", "?password=secret#certificate=any", true)]
    [InlineData("", "#certificate=valid", false)]
    public async Task A_secret_is_sent_to_a_trusted_host_only(string user, string rest, bool sent)
    {
        using var server = new PictureServer(Picture(), 1, TimeSpan.Zero, _certificate);
        await using ICamera camera = Create($"ffmpeg:https://{user}127.0.0.1:{server.Port}/snap.jpg{rest}");

        if (sent)
        {
            using Frame? frame = await camera.ReadAsync(TestContext.Current.CancellationToken);
            Assert.NotNull(frame);
            Assert.NotEmpty(server.Requests);
            return;
        }

        var failure = await Assert.ThrowsAsync<CameraException>(() => camera.ReadAsync(TestContext.Current.CancellationToken).AsTask());
        Assert.Empty(server.Requests);
        Assert.Contains("certificate", failure.Message, StringComparison.Ordinal);
        Assert.Contains("#certificate=any", failure.Fix, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", failure.Message + failure.Fix, StringComparison.Ordinal);
    }

    /// <summary>ffmpeg hands no options of TLS on to these protocols.</summary>
    [Theory]
    [InlineData("rtsps://user:secret@127.0.0.1:1/film", true)]
    [InlineData("rtmps://user:secret@127.0.0.1:1/film", true)]
    [InlineData("rtsps://user:secret@127.0.0.1:1/film#certificate=any", false)]
    [InlineData("rtsps://127.0.0.1:1/film", false)]
    public async Task Ffmpeg_gets_no_secret_for_a_host_that_it_does_not_validate(string address, bool refused)
    {
        await using ICamera camera = Create("ffmpeg:" + address);

        var failure = await Assert.ThrowsAsync<CameraException>(() => camera.ReadAsync(TestContext.Current.CancellationToken).AsTask());

        Assert.Equal(refused, failure.Message.Contains("certificate", StringComparison.Ordinal));
        Assert.DoesNotContain("secret", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_is_valid_or_any() =>
        Assert.Throws<CameraException>(() => Create("ffmpeg:https://camera.local/x#certificate=maybe"));

    [Theory]
    [InlineData("rtsp://camera/film", "rtsp", "http")]
    [InlineData("rtsps://camera/film", "rtsps", "https")]
    [InlineData("http://camera/list.m3u8", "http", "rtsp")]
    [InlineData("https://camera/list.m3u8", "https", "udp")]
    [InlineData("rtmp://camera/film", "rtmp", "http")]
    public void A_camera_can_lead_ffmpeg_to_no_other_protocol(string address, string allowed, string forbidden)
    {
        var options = new FfmpegOptions(address, true, 0, 640, true, true, false, "tcp", true);
        IReadOnlyList<string> arguments = FfmpegCommand.Build("ffmpeg", options).Arguments;
        string[] protocols = arguments[arguments.ToList().IndexOf("-protocol_whitelist") + 1].Split(',');

        Assert.Contains(allowed, protocols);
        Assert.DoesNotContain(forbidden, protocols);
        Assert.DoesNotContain("file", protocols);
        Assert.Equal(
            address.StartsWith("https", StringComparison.Ordinal),
            FfmpegCommand.Build("ffmpeg", options).Input!.Contains("tls_verify 1")
        );
    }

    private static ICamera Create(string source) =>
        CameraFactory.CreateDefault(TimeProvider.System, NullLoggerFactory.Instance).Create(source);

    private static byte[] Picture()
    {
        using Frame frame = new FramePool(1).Rent(64, 48, PixelFormat.Gray8);
        frame.Data.Fill(128);
        return ImageCodec.Encode(frame, ImageEncoding.Jpeg, 90);
    }
}
