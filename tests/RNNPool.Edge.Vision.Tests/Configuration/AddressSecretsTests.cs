using RNNPool.Edge.Vision.Configuration;

namespace RNNPool.Edge.Vision.Tests.Configuration;

public sealed class AddressSecretsTests
{
    [Theory]
    [InlineData("rtsp://host/stream", "rtsp://host/stream", "rtsp://host/stream")]
    [InlineData("ffmpeg:rtsp://u:p@host:554/stream", "ffmpeg:rtsp://***@host:554/stream", "ffmpeg:rtsp://host:554/stream")]
    [InlineData("rtsp://u:p@ss@host", "rtsp://***@host", "rtsp://host")]
    [InlineData("rtsp://u:p/w@host/stream", "rtsp://***", "rtsp://...")]
    [InlineData("rtsp://u:p?w@host/stream", "rtsp://***", "rtsp://...")]
    [InlineData("rtsp://u:p#w@host/stream", "rtsp://***", "rtsp://...")]
    [InlineData("http://host/video?token=x", "http://host/video?***", "http://host/video")]
    [InlineData("http://host/video?user=u&pwd=p#rate=5&width=640", "http://host/video?***#rate=5&width=640", "http://host/video")]
    [InlineData("http://host?token=x", "http://host?***", "http://host")]
    [InlineData("http://host/video#secret", "http://host/video#***", "http://host/video")]
    [InlineData("serial:///dev/ttyACM0?baud=115200", "serial:///dev/ttyACM0?baud=115200", "serial:///dev/ttyACM0?baud=115200")]
    [InlineData("images:/srv/a@b?rate=5", "images:/srv/a@b?rate=5", "images:/srv/a@b?rate=5")]
    [InlineData("rtsp://", "rtsp://", "rtsp://")]
    [InlineData("rtsp://@host", "rtsp://***@host", "rtsp://host")]
    public void Addresses_are_shown_without_secrets(string address, string masked, string removed)
    {
        Assert.Equal(masked, AddressSecrets.Mask(address));
        Assert.Equal(removed, AddressSecrets.Remove(address));
    }

    [Theory]
    [InlineData("rtsp://host/stream", "")]
    [InlineData("rtsp://user:p%23w@host", "user:p%23w user:p#w p%23w user p#w")]
    [InlineData("rtsp://user:pa/ss@host/x", "user:pa/ss pa/ss user")]
    [InlineData("http://host/video?a=b&pwd=p%40w#rate=5", "a=b&pwd=p%40w a=b&pwd=p@w pwd=p%40w pwd=p@w a=b")]
    public void Secrets_are_found_as_written_and_decoded(string address, string secrets) =>
        Assert.Equal(secrets.Split(' ', StringSplitOptions.RemoveEmptyEntries), AddressSecrets.Find(address));
}
