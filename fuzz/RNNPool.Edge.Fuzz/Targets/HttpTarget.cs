using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.TestHost;
using RNNPool.Edge.Host;

namespace RNNPool.Edge.Fuzz.Targets;

/// <summary>
/// Requests to the device, in the form of HTTP/1.1 text, with the token of the page where the first byte is '+'. Every answer is one that
/// the interface documents: no failure of the device, and a problem document for every refusal.
/// </summary>
/// <remarks>
/// Left out are requests that reach out of the process (tests of cameras, brokers and pins; trials of models), that end only with the
/// device (streams), and that check a password, which takes 0.2 s each.
/// </remarks>
internal sealed class HttpTarget : FuzzTarget
{
    private const string Configuration = "{\"Device\":{\"Name\":\"fuzz\"}}";
    private const int Port = 8760;

    private static readonly string[] LeftOut =
    [
        "/api/test",
        "/api/cameras",
        "/api/stream",
        "/api/socket",
        "/api/live",
        "/api/password",
        "/api/session",
        "/api/firmware",
        "/api/diagnostics",
    ];

    private readonly string _file = Path.Combine(Directory.CreateTempSubdirectory("fuzz-").FullName, "config.json");
    private WebApplication? _app;
    private TestServer? _server;
    private string _token = "";

    public override void Run(ReadOnlySpan<byte> input) => RunAsync(input.ToArray()).GetAwaiter().GetResult();

    private static int FindEnd(ReadOnlySpan<byte> head)
    {
        int end = head.IndexOf("\n\n"u8);
        return end < 0 ? head.Length : end;
    }

    private async Task RunAsync(byte[] input)
    {
        bool own = input is [(byte)'+', ..];
        byte[] request = own ? input[1..] : input;
        int end = FindEnd(request);
        string[] lines = Encoding.Latin1.GetString(request, 0, end).Split('\n');
        string[] start = lines[0].Split(' ', 2);
        string target = start.Length > 1 ? start[1] : "/";
        int query = target.IndexOf('?', StringComparison.Ordinal);
        string path = query < 0 ? target : target[..query];
        if (start[0].Length is 0 or > 20 || !start[0].All(char.IsAsciiLetter) || IsLeftOut(start[0], path))
            return;
        await StartAsync().ConfigureAwait(false);
        byte[] body = end + 2 < request.Length ? request[(end + 2)..] : [];
        HttpContext answer = await _server!
            .SendAsync(context =>
            {
                Prepare(context, start[0], path, query < 0 ? "" : target[query..], body);
                foreach (string line in lines.Skip(1))
                {
                    string[] header = line.Split(':', 2);
                    if (header.Length == 2 && header[0].Length > 0 && header[0].All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
                        context.Request.Headers.Append(header[0], header[1].Trim());
                }

                if (own)
                    context.Request.Headers["X-CSRF-Token"] = _token;
            })
            .ConfigureAwait(false);
        using var content = new MemoryStream();
        await answer.Response.Body.CopyToAsync(content).ConfigureAwait(false);
        Check(answer.Response, content.ToArray(), start[0]);
        await RestoreAsync().ConfigureAwait(false);
    }

    private static bool IsLeftOut(string method, string path) =>
        (path.StartsWith("/api/models", StringComparison.OrdinalIgnoreCase) && method.Equals("POST", StringComparison.OrdinalIgnoreCase))
        || Array.Exists(LeftOut, prefix => path.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));

    private static void Prepare(HttpContext context, string method, string path, string query, byte[] body)
    {
        HttpRequest request = context.Request;
        request.Method = method.ToUpperInvariant();
        request.Scheme = "http";
        request.Protocol = "HTTP/1.1";
        request.Host = new HostString("127.0.0.1", Port);
        request.Path = new PathString(path.StartsWith('/') ? Uri.UnescapeDataString(path) : "/");
        request.QueryString = new QueryString(query);
        request.Body = new MemoryStream(body);
        request.ContentLength = body.Length;
        context.Connection.RemoteIpAddress = IPAddress.Loopback;
        context.Connection.LocalIpAddress = IPAddress.Loopback;
        context.Connection.LocalPort = Port;
        context.Features.Set<IHttpRequestBodyDetectionFeature>(new Detection(body.Length > 0));
    }

    private static void Check(HttpResponse response, byte[] content, string method)
    {
        int status = response.StatusCode;
        if (status >= 500 && status != StatusCodes.Status503ServiceUnavailable)
            throw new PropertyException($"no request is a failure of the device ({status}): {Encoding.UTF8.GetString(content)}");
        if (status < 400 || content.Length == 0 || method.Equals("HEAD", StringComparison.OrdinalIgnoreCase))
            return;
        Require(response.ContentType?.StartsWith("application/problem+json", StringComparison.Ordinal) == true, "a refusal is a problem");
        using JsonDocument problem = JsonDocument.Parse(content);
        Require(problem.RootElement.GetProperty("status").GetInt32() == status, "the problem has the status");
    }

    private async Task StartAsync()
    {
        if (_app is not null)
            return;
        await File.WriteAllTextAsync(_file, Configuration).ConfigureAwait(false);
        WebApplicationBuilder builder = FuzzDevice.Create(_file, ("Web:Port", $"{Port}"));
        builder.WebHost.UseTestServer();
        _app = builder.BuildDevice();
        await _app.StartAsync().ConfigureAwait(false);
        _server = _app.GetTestServer();
        HttpContext session = await _server.SendAsync(context => Prepare(context, "GET", "/api/session", "", [])).ConfigureAwait(false);
        using JsonDocument document = await JsonDocument.ParseAsync(session.Response.Body).ConfigureAwait(false);
        _token = document.RootElement.GetProperty("csrfToken").GetString()!;
    }

    /// <summary>The next input finds the device as this one did: what a request has changed is undone.</summary>
    private async Task RestoreAsync()
    {
        if (
            await File.ReadAllTextAsync(_file).ConfigureAwait(false) == Configuration
            && !_app!.Lifetime.ApplicationStopping.IsCancellationRequested
        )
            return;
        await _app!.StopAsync().ConfigureAwait(false);
        await _app.DisposeAsync().ConfigureAwait(false);
        _app = null;
    }

    private sealed class Detection(bool canHaveBody) : IHttpRequestBodyDetectionFeature
    {
        public bool CanHaveBody => canHaveBody;
    }
}
