using System.Net.WebSockets;
using Microsoft.AspNetCore.Http.HttpResults;
using RNNPool.Edge.Web.Access;
using RNNPool.Edge.Web.Live;
using RNNPool.Edge.Web.Stream;

namespace RNNPool.Edge.Web.Sockets;

/// <summary>
/// <c>/api/socket</c>: the stream and the pictures over one connection. A browser has six connections for each host over HTTP/1.1, but many
/// WebSockets, so that many windows can be open.
/// </summary>
internal sealed class SocketEndpoints(
    LiveStream stream,
    LiveAdmission admission,
    CameraChoice cameras,
    IHostApplicationLifetime lifetime,
    TimeProvider time
) : IEndpointGroup
{
    public void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/api/socket", OpenAsync)
            .Describe("getSocket", "state", "The messages of the stream, and pictures, over a WebSocket; see docs/web.md.")
            .Produces(StatusCodes.Status101SwitchingProtocols)
            .Problems(StatusCodes.Status426UpgradeRequired, StatusCodes.Status503ServiceUnavailable)
            .DisableRequestTimeout();

    private async Task<Results<EmptyHttpResult, ProblemHttpResult>> OpenAsync(HttpContext context, string? lastEventId)
    {
        EventPosition position = default;
        if (!string.IsNullOrEmpty(lastEventId) && !EventPosition.TryParse(lastEventId, out position))
            return Problems.BadRequest("lastEventId is not the id of a message of this stream.");
        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.Headers.Upgrade = "websocket";
            return Problems.UpgradeRequired("This address is for WebSockets.");
        }

        using StreamListener? listener = stream.Listen(log: false, string.IsNullOrEmpty(lastEventId) ? null : position);
        if (listener is null)
            return Problems.Unavailable(LiveStream.FullDetail);
        using CancellationTokenSource end = Caller.LinkEnd(context, lifetime.ApplicationStopping);
        using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync().ConfigureAwait(false);
        using var window = new PageSocket(socket, listener, Join, time);
        await window.RunAsync(end.Token).ConfigureAwait(false);
        return TypedResults.Empty;

        (LiveViewer? Viewer, string? Refusal) Join(string name, LiveFormat format, double rate)
        {
            if (cameras.Find(name, out ProblemHttpResult? refusal) is not { } camera)
                return (null, refusal!.ProblemDetails.Detail);
            LiveViewer? viewer = admission.Join(context, camera, format, rate, out refusal);
            return (viewer, refusal?.ProblemDetails.Detail);
        }
    }
}
