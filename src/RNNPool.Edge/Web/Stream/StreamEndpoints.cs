using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using RNNPool.Edge.Web.Access;

namespace RNNPool.Edge.Web.Stream;

/// <summary><c>/api/stream</c>: changes as server-sent events.</summary>
internal sealed class StreamEndpoints(LiveStream stream, CameraChoice cameras, IHostApplicationLifetime lifetime) : IEndpointGroup
{
    private const string MediaType = "text/event-stream";

    public void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/api/stream", StreamAsync)
            .Describe(
                "getStream",
                "state",
                "State, detections, events, figures and log as server-sent events; resumes after the event of Last-Event-ID."
            )
            .Produces(StatusCodes.Status200OK, contentType: MediaType)
            .ShareWithOrigins()
            .Problems(StatusCodes.Status404NotFound, StatusCodes.Status503ServiceUnavailable)
            .DisableRequestTimeout();

    private async Task<Results<EmptyHttpResult, ProblemHttpResult>> StreamAsync(
        HttpContext context,
        [Range(0, 1)] int? log,
        [FromHeader(Name = "Last-Event-ID")] string? header,
        string? lastEventId,
        string? camera
    )
    {
        if (log is not (null or 0 or 1))
            return Problems.BadRequest("log must be 0 or 1.");

        // Browsers send the header when they reconnect automatically; a page that opens a new connection sends the parameter.
        string? resume = string.IsNullOrEmpty(header) ? lastEventId : header;
        EventPosition position = default;
        if (!string.IsNullOrEmpty(resume) && !EventPosition.TryParse(resume, out position))
            return Problems.BadRequest("Last-Event-ID is not the id of a message of this stream.");
        if (cameras.Find(camera, out ProblemHttpResult? unknown) is not { } source)
            return unknown!;
        HttpResponse response = context.Response;
        response.Headers["X-Accel-Buffering"] = "no";
        if (HttpMethods.IsHead(context.Request.Method))
        {
            response.ContentType = MediaType + "; charset=utf-8";
            return TypedResults.Empty;
        }

        using StreamListener? listener = stream.Listen(log == 1, string.IsNullOrEmpty(resume) ? null : position, source);
        if (listener is null)
            return Problems.Unavailable(LiveStream.FullDetail);
        response.ContentType = MediaType + "; charset=utf-8";
        using CancellationTokenSource end = Caller.LinkEnd(context, lifetime.ApplicationStopping);
        try
        {
            await SendAsync(response.Body, listener, end.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The subscriber has disconnected, its session has ended, or the device stops.
        }

        return TypedResults.Empty;
    }

    private static async Task SendAsync(System.IO.Stream body, StreamListener listener, CancellationToken end)
    {
        await body.WriteAsync("retry: 2000\n\n"u8.ToArray(), end).ConfigureAwait(false);
        foreach (StreamMessage message in listener.Backlog)
            await body.WriteAsync(message.Bytes, end).ConfigureAwait(false);
        await body.FlushAsync(end).ConfigureAwait(false);
        while (await listener.Messages.WaitToReadAsync(end).ConfigureAwait(false))
        {
            if (listener.TakeLoss())
            {
                StreamMessage gap = EventBacklog.CreateGap(null, StreamListener.LossMessage);
                await body.WriteAsync(gap.Bytes, end).ConfigureAwait(false);
            }

            while (listener.Messages.TryRead(out StreamMessage? message))
                await body.WriteAsync(message.Bytes, end).ConfigureAwait(false);
            await body.FlushAsync(end).ConfigureAwait(false);
        }
    }
}
