using RNNPool.Edge.Link.Transports;

namespace RNNPool.Edge.Link.Tests.Transports;

public sealed class LinkEndpointTests
{
    [Theory]
    [InlineData("serial:///dev/serial/by-id/usb-FTDI_1-port0?baud=115200", "serial:///dev/serial/by-id/usb-FTDI_1-port0?baud=115200")]
    [InlineData("serial:///dev/ttyACM0", "serial:///dev/ttyACM0?baud=921600")]
    [InlineData("serial:///dev/ttyACM0?driver=ports", "serial:///dev/ttyACM0?baud=921600&driver=ports")]
    [InlineData(" unix:///run/x.sock ", "unix:///run/x.sock")]
    [InlineData("tcp://localhost:5555", "tcp://127.0.0.1:5555")]
    [InlineData("tcp://[::1]:5555", "tcp://[::1]:5555")]
    [InlineData("tcp://192.168.1.9:5555?remote=allow", "tcp://192.168.1.9:5555")]
    public void Good_endpoints_are_read(string text, string expected) => Assert.Equal(expected, LinkEndpoint.Parse(text).ToString());

    [Theory]
    [InlineData("", "\"\" is no link endpoint: use serial:///dev/serial/by-id/NAME?baud=921600, unix:///PATH or tcp://127.0.0.1:PORT.")]
    [InlineData(
        "/dev/ttyUSB0",
        "\"/dev/ttyUSB0\" is no link endpoint: use serial:///dev/serial/by-id/NAME?baud=921600, unix:///PATH or tcp://127.0.0.1:PORT."
    )]
    [InlineData("usb:///x", "\"usb:///x\" has the scheme \"usb\"; only serial, unix and tcp are known.")]
    [InlineData(
        "serial://ttyUSB0",
        "\"serial://ttyUSB0\" names no absolute path after serial://, such as /dev/serial/by-id/NAME or /run/x.sock."
    )]
    [InlineData(
        "serial:///dev/x?baud=9k",
        "\"serial:///dev/x?baud=9k\" has the baud rate \"9k\"; it must be a number from 1200 to 12000000."
    )]
    [InlineData(
        "serial:///dev/x?baud=-1",
        "\"serial:///dev/x?baud=-1\" has the baud rate \"-1\"; it must be a number from 1200 to 12000000."
    )]
    [InlineData(
        "serial:///dev/x?driver=magic",
        "\"serial:///dev/x?driver=magic\" has the driver \"magic\"; it must be termios (on Linux) or ports."
    )]
    [InlineData("unix:///run/x?baud=9600", "\"unix:///run/x?baud=9600\" has the option \"baud=9600\", which unix endpoints do not know.")]
    [InlineData("tcp://example.org:1", "\"tcp://example.org:1\" needs an IP address and a port, such as tcp://127.0.0.1:5555.")]
    [InlineData("tcp://127.0.0.1", "\"tcp://127.0.0.1\" needs an IP address and a port, such as tcp://127.0.0.1:5555.")]
    [InlineData(
        "tcp://10.0.0.1:5",
        "\"tcp://10.0.0.1:5\" is not a loopback address; the link is neither encrypted nor authenticated, so add ?remote=allow if that is meant."
    )]
    public void Bad_endpoints_are_refused_in_one_sentence(string text, string expected)
    {
        Assert.False(LinkEndpoint.TryParse(text, out _, out string? error));
        Assert.Equal(expected, error);
        Assert.Equal(expected, Assert.Throws<FormatException>(() => LinkEndpoint.Parse(text)).Message);
    }

    [Fact]
    public async Task Opening_what_is_not_there_says_so()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        IOException serial = await Assert.ThrowsAsync<IOException>(() =>
            LinkEndpoint.Parse("serial:///dev/no-such-port").OpenAsync(token).AsTask()
        );
        Assert.Equal("Cannot open /dev/no-such-port: there is no such device.", serial.Message);
        IOException file = await Assert.ThrowsAsync<IOException>(() => LinkEndpoint.Parse("serial:///dev/null").OpenAsync(token).AsTask());
        Assert.Equal("Cannot open /dev/null: it is no serial port.", file.Message);
        IOException unix = await Assert.ThrowsAsync<IOException>(() =>
            LinkEndpoint.Parse("unix:///run/no-such-socket").OpenAsync(token).AsTask()
        );
        Assert.Equal("Cannot connect to unix:///run/no-such-socket: there is no such socket.", unix.Message);
        await Assert.ThrowsAsync<IOException>(() =>
            LinkEndpoint.Parse("serial:///dev/no-such-port?driver=ports").OpenAsync(token).AsTask()
        );
    }
}
