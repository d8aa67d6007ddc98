using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace RNNPool.Edge.Vision.Tests.Cameras.Http;

/// <summary>Serves JPEG pictures over HTTP in the ways of small cameras, each under its own path.</summary>
internal sealed class PictureServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly byte[] _picture;
    private readonly int _count;
    private readonly TimeSpan _period;
    private readonly X509Certificate2? _certificate;

    /// <param name="picture">The picture.</param>
    /// <param name="count">Number of pictures in one answer.</param>
    /// <param name="period">Time between two of them.</param>
    /// <param name="certificate">Encrypts the connections; null for none.</param>
    public PictureServer(byte[] picture, int count, TimeSpan period, X509Certificate2? certificate = null)
    {
        (_picture, _count, _period) = (picture, count, period);
        _certificate = certificate;
        _listener.Start();
        _ = ServeAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The request lines and authorizations that have arrived.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
                _ = AnswerAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
        }
        catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The test is over.
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        try
        {
            using (client)
            {
                await using Stream stream = await OpenAsync(client);
                string request = await ReadAsync(stream);
                Requests.Enqueue(request);
                string path = request.Split(' ')[1].Trim('/');
                await AnswerAsync(stream, path, request);
            }
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or SocketException or AuthenticationException)
        {
            // The camera has gone, or the test is over.
        }
    }

    private async Task<Stream> OpenAsync(TcpClient client)
    {
        if (_certificate is null)
            return client.GetStream();
        var encrypted = new SslStream(client.GetStream());
        await encrypted.AuthenticateAsServerAsync(_certificate);
        return encrypted;
    }

    private async Task AnswerAsync(Stream stream, string path, string request)
    {
        if (path == "basic" && !request.Contains("Authorization: Basic dXMgZXI6cEA6c3MvIw==", StringComparison.Ordinal))
        {
            await WriteAsync(stream, "HTTP/1.0 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n");
            return;
        }

        string? other = path switch
        {
            "moved" => "HTTP/1.0 302 Found\r\nLocation: http://user:secret@127.0.0.1:1/x\r\nContent-Length: 0\r\n\r\n",
            "page" => "HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n<html></html>",
            "bitmap" => "HTTP/1.0 200 OK\r\nContent-Type: image/bmp\r\n\r\nBM",
            "absent" => "HTTP/1.0 404 Not Found\r\nContent-Length: 0\r\n\r\n",
            "empty" => "HTTP/1.0 200 OK\r\nContent-Type: image/jpeg\r\n\r\n",
            "text" => "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\n#EXTM3U\r\n",
            _ => null,
        };
        if (other is not null)
        {
            await WriteAsync(stream, other);
            return;
        }

        string type = path switch
        {
            "snap.jpg" => "image/jpeg",
            "raw" => "video/x-motion-jpeg",
            "octet" => "application/octet-stream",
            "space" => "multipart/x-mixed-replace; boundary = frame",
            "quoted" => "multipart/x-mixed-replace;boundary=\"frame\"",
            "dashes" => "multipart/x-mixed-replace;boundary=--frame",
            "mixed" => "multipart/mixed;boundary=frame",
            _ => "multipart/x-mixed-replace;boundary=frame",
        };
        await WriteAsync(stream, path == "untyped" ? "HTTP/1.0 200 OK\r\n\r\n" : $"HTTP/1.0 200 OK\r\nContent-Type: {type}\r\n\r\n");
        int count = path == "snap.jpg" ? 1 : _count;
        for (int i = 0; i < count; i++)
        {
            await stream.WriteAsync(Part(path, i), _stop.Token);
            await stream.FlushAsync(_stop.Token);
            if (i + 1 < count)
                await Task.Delay(_period, _stop.Token);
        }
    }

    private byte[] Part(string path, int index)
    {
        if (path is "snap.jpg" or "raw" or "octet" or "untyped")
            return _picture;
        string end = path == "lf" ? "\n" : "\r\n";
        string head = $"Content-Type: image/jpeg{end}";
        if (path != "unsized")
            head += string.Create(CultureInfo.InvariantCulture, $"Content-Length: {_picture.Length}{end}");
        byte[] picture = path == "open" ? _picture[..^2] : _picture;
        return path == "late"
            ? [.. Bytes(index == 0 ? head + end : end), .. picture, .. Bytes($"{end}--frame{end}{head}")]
            : [.. Bytes($"--frame{end}{head}{end}"), .. picture, .. Bytes(end)];
    }

    private static byte[] Bytes(string text) => Encoding.ASCII.GetBytes(text);

    private async Task WriteAsync(Stream stream, string text) => await stream.WriteAsync(Bytes(text), _stop.Token);

    private async Task<string> ReadAsync(Stream stream)
    {
        var text = new StringBuilder();
        byte[] bytes = new byte[4096];
        while (!text.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
        {
            int count = await stream.ReadAsync(bytes, _stop.Token);
            if (count == 0)
                throw new IOException("The camera sent no request.");
            text.Append(Encoding.ASCII.GetString(bytes, 0, count));
        }

        return text.ToString();
    }
}
