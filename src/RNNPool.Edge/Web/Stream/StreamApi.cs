using RNNPool.Edge.Diagnostics;
using RNNPool.Edge.Web.Access;

namespace RNNPool.Edge.Web.Stream;

/// <summary><c>/api/stream</c> and <c>/api/history</c>: what happens, and what has happened to the figures.</summary>
internal static class StreamApi
{
    public static async Task StreamAsync(HttpContext context)
    {
        string? log = context.Request.Query["log"];
        if (log is not (null or "0" or "1"))
        {
            await WebApi.RefuseAsync(context, StatusCodes.Status400BadRequest, "log must be 0 or 1.").ConfigureAwait(false);
            return;
        }

        using LiveStream.Listener? listener = context.RequestServices.GetRequiredService<LiveStream>().Listen(log == "1");
        if (listener is null)
        {
            await WebApi
                .RefuseAsync(
                    context,
                    StatusCodes.Status503ServiceUnavailable,
                    $"{LiveStream.MaxListeners} listen already; close one of them."
                )
                .ConfigureAwait(false);
            return;
        }

        HttpResponse response = context.Response;
        response.ContentType = "text/event-stream; charset=utf-8";
        response.Headers["X-Accel-Buffering"] = "no";
        using var stop = AccessGate.EndOf(context);
        try
        {
            await response.Body.WriteAsync("retry: 2000\n\n"u8.ToArray(), stop.Token).ConfigureAwait(false);
            while (await listener.Messages.WaitToReadAsync(stop.Token).ConfigureAwait(false))
            {
                while (listener.Messages.TryRead(out byte[]? message))
                    await response.Body.WriteAsync(message, stop.Token).ConfigureAwait(false);
                await response.Body.FlushAsync(stop.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The listener has gone, or the device stops.
        }
    }

    public static Task HistoryAsync(HttpContext context) =>
        context.Response.WriteAsJsonAsync(
            context.RequestServices.GetRequiredService<SampleHistory>().Newest(SampleHistory.Capacity),
            WebJson.Default.SampleArray,
            cancellationToken: context.RequestAborted
        );
}
