using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace RNNPool.Edge.Vision.Tests.Cameras.Processes;

/// <summary>An HTTP server that has one film, which it gives to one user only, and which it may stop sending half-way.</summary>
internal sealed class FilmServer : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly byte[] _film;
    private readonly int _stopAfter;
    private readonly ConcurrentQueue<string> _paths = new();
    private readonly CancellationTokenSource _stop = new();

    public FilmServer(byte[] film, int stopAfter = int.MaxValue)
    {
        (_film, _stopAfter) = (film, stopAfter);
        Port = FreePort();
        _listener.Prefixes.Add($"http://127.0.0.1:{Port}/");
        _listener.Start();
        _ = ServeAsync();
    }

    public int Port { get; }

    /// <summary>Paths of the requests with the password.</summary>
    public IReadOnlyCollection<string> Paths => _paths;

    public string? Authorization { get; private set; }

    public string? Query { get; private set; }

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Close();
        _stop.Dispose();
    }

    private static int FreePort()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                HttpListenerContext context = await _listener.GetContextAsync();
                _ = AnswerAsync(context);
            }
        }
        catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        string? authorization = context.Request.Headers["Authorization"];
        if (authorization != "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("watcher:s3cr:t@x")))
        {
            context.Response.StatusCode = 401;
            context.Response.AddHeader("WWW-Authenticate", "Basic realm=\"film\"");
            context.Response.Close();
            return;
        }

        (Authorization, Query) = (authorization, context.Request.Url!.Query);
        _paths.Enqueue(context.Request.Url.AbsolutePath);
        if (context.Request.Url.AbsolutePath == "/moved")
        {
            context.Response.Redirect($"http://127.0.0.1:{Port}/film");
            context.Response.Close();
            return;
        }

        try
        {
            context.Response.ContentType = "video/mp2t";
            context.Response.SendChunked = true;
            await context.Response.OutputStream.WriteAsync(_film.AsMemory(0, Math.Min(_film.Length, _stopAfter)), _stop.Token);
            await context.Response.OutputStream.FlushAsync(_stop.Token);
            if (_stopAfter < _film.Length)
                await Task.Delay(Timeout.Infinite, _stop.Token);
            context.Response.Close();
        }
        catch (Exception error) when (error is OperationCanceledException or HttpListenerException or ObjectDisposedException)
        {
            // The other end has gone, or the test is over.
        }
    }
}
