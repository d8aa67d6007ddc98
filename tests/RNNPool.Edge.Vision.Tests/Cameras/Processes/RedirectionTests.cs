using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Vision.Cameras;
using RNNPool.Edge.Vision.Cameras.Ffmpeg;
using RNNPool.Edge.Vision.Cameras.Processes;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Tests.Support;

namespace RNNPool.Edge.Vision.Tests.Cameras.Processes;

/// <summary>A camera cannot lead the real ffmpeg to another server than its own.</summary>
public sealed class RedirectionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_stream_of_the_camera_itself_is_used()
    {
        using var server = new RtspServer(await FilmAsync());
        await using ICamera camera = Create(server.Address);
        using Frame? frame = await NextAsync(camera);
        Assert.Equal(320, frame!.Width);
        Assert.Contains("PLAY", server.Methods);
    }

    [Fact]
    public async Task No_frame_of_a_server_to_which_a_camera_redirects_is_used()
    {
        using var other = new RtspServer(await FilmAsync());
        using var server = new RtspServer([], other.Address);
        await using ICamera camera = Create(server.Address);

        CameraException failure = await Assert.ThrowsAsync<CameraException>(() => NextAsync(camera));

        Assert.Contains("DESCRIBE", server.Methods);
        Assert.Contains($"127.0.0.1:{other.Port}", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Camera:Source", failure.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silent_server_to_which_a_camera_redirects_is_left_at_once()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        int port = ((IPEndPoint)other.LocalEndpoint).Port;
        using var server = new RtspServer([], $"rtsp://127.0.0.1:{port}/film");
        await using ICamera camera = Create(server.Address);

        CameraException failure = await Assert.ThrowsAsync<CameraException>(() => NextAsync(camera));

        Assert.Contains($"127.0.0.1:{port}", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http")]
    [InlineData("https")]
    public async Task A_list_of_a_camera_connects_to_no_other_server(string scheme)
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        int port = ((IPEndPoint)other.LocalEndpoint).Port;
        using var server = new ListServer([], $"{scheme}://127.0.0.1:{port}/part.ts");
        await using ICamera camera = Create(server.Address);

        CameraException failure = await Assert.ThrowsAsync<CameraException>(() => NextAsync(camera));

        Assert.Contains($"127.0.0.1:{port}", failure.Message, StringComparison.Ordinal);
        Assert.False(other.Pending());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_list_of_the_camera_itself_is_used(bool encrypted)
    {
        using X509Certificate2? certificate = encrypted ? Certificates.SignLoopback() : null;
        using var server = new ListServer(await FilmAsync(), "part.ts", certificate);
        await using ICamera camera = Create(server.Address);
        using Frame? frame = await NextAsync(camera);
        Assert.Equal(320, frame!.Width);
    }

    [Theory]
    [InlineData("rtsp://user:pa:ss@Camera.local/film", "camera.local", 554)]
    [InlineData("rtsps://camera?x=@", "camera", 322)]
    [InlineData("http://u@v@10.0.0.2:81#rate=2", "10.0.0.2", 81)]
    [InlineData("https://[fe80::1]/x", "fe80::1", 443)]
    [InlineData("rtmp://[fe80::1]:7/x", "fe80::1", 7)]
    public void The_server_of_an_address_is_that_of_ffmpeg(string address, string host, int port)
    {
        Assert.True(ServerAddress.TryParse(address, out ServerAddress server));
        Assert.Equal((host, port), (server.Host, server.Port));
    }

    [Theory]
    [InlineData("tcp://camera/film")]
    [InlineData("rtsp://user:pass/word@camera/film")]
    [InlineData("rtsp://:554/film")]
    [InlineData("rtsp://camera:0/film")]
    [InlineData("camera:554")]
    public void An_address_without_a_server_has_none(string address) => Assert.False(ServerAddress.TryParse(address, out _));

    [Fact]
    public void The_kernel_lists_the_connections_of_a_process()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = new TcpClient();
        client.Connect((IPEndPoint)listener.LocalEndpoint);
        using var mapped = new TcpClient(AddressFamily.InterNetworkV6);
        mapped.Client.DualMode = true;
        mapped.Connect(IPAddress.Loopback.MapToIPv6(), ((IPEndPoint)listener.LocalEndpoint).Port);

        IReadOnlyList<IPEndPoint> remotes = SocketTable.FindRemotes(Environment.ProcessId);

        Assert.Equal(2, remotes.Count(remote => remote.Equals(listener.LocalEndpoint)));
    }

    private static ICamera Create(string address) =>
        CameraFactory.CreateDefault(TimeProvider.System, NullLoggerFactory.Instance).Create($"ffmpeg:{address}#rate=50");

    private static Task<Frame?> NextAsync(ICamera camera) =>
        camera.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Eventually.Patience);

    private Task<byte[]> FilmAsync()
    {
        string path = Path.Combine(_folder.Path, "film.ts");
        ChildProcesses.Ffmpeg("-f", "lavfi", "-i", "testsrc=size=320x240:rate=25:duration=2", "-pix_fmt", "yuv420p", "-g", "5", path);
        return File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
    }

    /// <summary>A camera that sends a list of one part, and the part.</summary>
    private sealed class ListServer : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly byte[] _film;
        private readonly byte[] _list;
        private readonly X509Certificate2? _certificate;

        public ListServer(byte[] film, string part, X509Certificate2? certificate = null)
        {
            (_film, _certificate) = (film, certificate);
            _list = Encoding.ASCII.GetBytes($"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n{part}\n#EXT-X-ENDLIST\n");
            _listener.Start();
            _ = Task.Run(AcceptAsync);
        }

        public string Address =>
            $"http{(_certificate is null ? "" : "s")}://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/list.m3u8";

        public void Dispose() => _listener.Dispose();

        private async Task AcceptAsync()
        {
            try
            {
                while (true)
                    await ServeAsync(await _listener.AcceptTcpClientAsync());
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException)
            {
                // The test is over.
            }
        }

        private async Task ServeAsync(TcpClient client)
        {
            using (client)
            {
                try
                {
                    Stream stream = client.GetStream();
                    if (_certificate is not null)
                    {
                        var encrypted = new SslStream(stream);
                        await encrypted.AuthenticateAsServerAsync(_certificate);
                        stream = encrypted;
                    }

                    using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
                    string request = await reader.ReadLineAsync() ?? "";
                    while (await reader.ReadLineAsync() is { Length: > 0 }) { }
                    (string type, byte[] body) = request.StartsWith("GET /part.ts ", StringComparison.Ordinal)
                        ? ("video/mp2t", _film)
                        : ("application/vnd.apple.mpegurl", _list);
                    string head = $"HTTP/1.1 200 OK\r\nContent-Type: {type}\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n";
                    await stream.WriteAsync(Encoding.ASCII.GetBytes(head));
                    await stream.WriteAsync(body);
                    await stream.DisposeAsync();
                }
                catch (Exception error) when (error is IOException or AuthenticationException)
                {
                    // The other end has gone.
                }
            }
        }
    }
}
