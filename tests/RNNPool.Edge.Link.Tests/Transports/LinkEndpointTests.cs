using RNNPool.Edge.Link.Transports;

namespace RNNPool.Edge.Link.Tests.Transports;

public sealed class LinkEndpointTests
{
    [Theory]
    [InlineData("serial:///dev/serial/by-id/usb-FTDI_1-port0?baud=115200", "serial:///dev/serial/by-id/usb-FTDI_1-port0?baud=115200")]
    [InlineData("serial:///dev/ttyACM0", "serial:///dev/ttyACM0?baud=921600")]
    [InlineData(" unix:///run/x.sock ", "unix:///run/x.sock")]
    [InlineData("tcp://localhost:5555", "tcp://127.0.0.1:5555")]
    [InlineData("tcp://[::1]:5555", "tcp://[::1]:5555")]
    [InlineData("tcp://192.168.1.9:5555?remote=allow", "tcp://192.168.1.9:5555")]
    public void Good_endpoints_are_read(string text, string expected) => Assert.Equal(expected, LinkEndpoint.Parse(text).ToString());

    [Theory]
    [InlineData("", "serial:///")]
    [InlineData("/dev/ttyUSB0", "/dev/ttyUSB0")]
    [InlineData("usb:///x", "\"usb\"")]
    [InlineData("serial://ttyUSB0", "serial://ttyUSB0")]
    [InlineData("serial:///dev/x?baud=9k", "\"9k\"")]
    [InlineData("serial:///dev/x?baud=-1", "\"-1\"")]
    [InlineData("serial:///dev/x?driver=ports", "\"driver=ports\"")]
    [InlineData("unix:///run/x?baud=9600", "\"baud=9600\"")]
    [InlineData("tcp://example.org:1", "tcp://127.0.0.1:")]
    [InlineData("tcp://127.0.0.1", "tcp://127.0.0.1:")]
    [InlineData("tcp://10.0.0.1:5", "?remote=allow")]
    public void Bad_endpoints_are_refused_and_the_error_names_the_fault(string text, string named)
    {
        Assert.False(LinkEndpoint.TryParse(text, out _, out string? error));
        Assert.Contains(named, error, StringComparison.Ordinal);
        Assert.Equal(error, Assert.Throws<FormatException>(() => LinkEndpoint.Parse(text)).Message);
    }

    [Theory]
    [InlineData("serial:///dev/no-such-port", "/dev/no-such-port")]
    [InlineData("serial:///dev/null", "/dev/null")]
    [InlineData("unix:///run/no-such-socket", "unix:///run/no-such-socket")]
    public async Task An_endpoint_that_cannot_be_opened_is_named(string text, string named)
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        IOException exception = await Assert.ThrowsAsync<IOException>(() => LinkEndpoint.Parse(text).OpenAsync(token).AsTask());
        Assert.Contains(named, exception.Message, StringComparison.Ordinal);
    }
}
