using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace RNNPool.Edge.Tests.Sinks.Notify;

/// <summary>A request that the receiver has read.</summary>
internal sealed record Received(string Method, string Path, string Query, IHeaderDictionary Headers, byte[] Body)
{
    public string Text => System.Text.Encoding.UTF8.GetString(Body);
}

/// <summary>A real HTTP server on this machine, which answers as the test wants.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Received> _requests = new();
    private readonly CancellationTokenSource _end = new();

    private Receiver(WebApplication app) => _app = app;

    /// <summary>The requests, in order.</summary>
    public IReadOnlyList<Received> Requests => [.. _requests];

    /// <summary>Answers a request.</summary>
    public Func<HttpContext, Task> Answer { get; set; } = _ => Task.CompletedTask;

    public int Port => new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;

    public string Address => FormattableString.Invariant($"http://127.0.0.1:{Port}");

    public static async Task<Receiver> StartAsync(int port = 0)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        var receiver = new Receiver(builder.Build());
        receiver._app.Run(receiver.HandleAsync);
        await receiver._app.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    /// <summary>Answers with a status.</summary>
    public void Respond(int status, string body = "", params (string Name, string Value)[] headers) =>
        Answer = async context =>
        {
            context.Response.StatusCode = status;
            foreach ((string name, string value) in headers)
                context.Response.Headers[name] = value;
            await context.Response.WriteAsync(body);
        };

    /// <summary>Reads requests and never answers.</summary>
    public void Hang() => Answer = _ => Task.Delay(Timeout.Infinite, _end.Token);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        using var abort = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _app.StopAsync(abort.Token);
        await _app.DisposeAsync();
        _end.Dispose();
    }

    private async Task HandleAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        _requests.Enqueue(
            new Received(
                context.Request.Method,
                context.Request.Path.Value!,
                Uri.UnescapeDataString(context.Request.QueryString.Value!),
                new HeaderDictionary(context.Request.Headers.ToDictionary(pair => pair.Key, pair => pair.Value)),
                body.ToArray()
            )
        );
        try
        {
            await Answer(context);
        }
        catch (OperationCanceledException)
        {
            context.Abort();
        }
    }
}
