using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http.HttpResults;
using RNNPool.Edge.Pipeline;
using RNNPool.Edge.Web.Access;

namespace RNNPool.Edge.Web.Live;

/// <summary><c>/api/live.mjpg</c> and <c>/api/live.jpg</c>: the picture of a camera.</summary>
internal sealed class LiveEndpoints(LiveAdmission admission, CameraChoice cameras, IHostApplicationLifetime lifetime, TimeProvider time)
    : IEndpointGroup
{
    private const string Tag = "pictures";
    private const double DefaultRate = 5;

    /// <summary>Longest wait for a picture.</summary>
    private static readonly TimeSpan PictureTimeout = TimeSpan.FromSeconds(5);

    /// <summary>The page adds <c>t</c> to bypass caches.</summary>
    private static readonly string[] Parameters =
    [
        CameraChoice.Parameter,
        "width",
        "fps",
        "boxes",
        "t",
        SignedPictures.SignatureParameter,
        SignedPictures.ExpiresParameter,
    ];

    public void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapGet("/api/live.mjpg", StreamAsync)
            .Describe("getLiveStream", Tag, "The live view as Motion JPEG.")
            .Produces(StatusCodes.Status200OK, contentType: "multipart/x-mixed-replace")
            .ServePictures(PictureScope.Live)
            .Problems(StatusCodes.Status404NotFound, StatusCodes.Status503ServiceUnavailable)
            .DisableRequestTimeout();
        routes
            .MapGet("/api/live.jpg", GetPictureAsync)
            .Describe("getLivePicture", Tag, "One picture of the live view.")
            .Produces(StatusCodes.Status200OK, contentType: "image/jpeg")
            .ServePictures(PictureScope.Live)
            .Problems(StatusCodes.Status404NotFound);
    }

    private async Task<Results<EmptyHttpResult, ProblemHttpResult>> StreamAsync(
        HttpContext context,
        [Range(LiveFormat.MinWidth, LiveFormat.MaxWidth)] int? width,
        [Range(LivePictures.MinRate, LivePictures.MaxRate)] double? fps,
        [Range(0, 1)] int? boxes,
        string? camera
    )
    {
        if (Refuse(context, width, fps, boxes) is { } wrong)
            return wrong;
        if (cameras.Find(camera, out ProblemHttpResult? unknown) is not { } source)
            return unknown!;
        using LiveViewer? viewer = Join(context, source, width, fps, boxes, out ProblemHttpResult? refusal);
        if (viewer is null)
            return refusal!;
        HttpResponse response = context.Response;
        response.ContentType = "multipart/x-mixed-replace; boundary=frame";
        if (HttpMethods.IsHead(context.Request.Method))
            return TypedResults.Empty;
        using CancellationTokenSource end = Caller.LinkEnd(context, lifetime.ApplicationStopping, viewer.Withdrawn);
        try
        {
            await SendAsync(response, viewer, end.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The viewer has disconnected, its session or its permission has ended, or the device stops.
        }

        // Data that a slow connection still buffers must not be sent after the permission is withdrawn.
        if (viewer.Withdrawn.IsCancellationRequested)
            context.Abort();
        return TypedResults.Empty;
    }

    private async Task<Results<FileContentHttpResult, ProblemHttpResult>> GetPictureAsync(
        HttpContext context,
        [Range(LiveFormat.MinWidth, LiveFormat.MaxWidth)] int? width,
        [Range(LivePictures.MinRate, LivePictures.MaxRate)] double? fps,
        [Range(0, 1)] int? boxes,
        string? camera
    )
    {
        if (Refuse(context, width, fps, boxes) is { } wrong)
            return wrong;
        if (cameras.Find(camera, out ProblemHttpResult? unknown) is not { } source)
            return unknown!;
        using LiveViewer? viewer = Join(context, source, width, fps, boxes, out ProblemHttpResult? refusal);
        return viewer is null ? refusal! : await TakeAsync(viewer, context).ConfigureAwait(false);
    }

    private async Task<Results<FileContentHttpResult, ProblemHttpResult>> TakeAsync(LiveViewer viewer, HttpContext context)
    {
        CancellationToken cancellationToken = context.RequestAborted;
        try
        {
            LivePicture picture = await viewer
                .Pictures.ReadAsync(cancellationToken)
                .AsTask()
                .WaitAsync(PictureTimeout, time, cancellationToken)
                .ConfigureAwait(false);
            if (viewer.Withdrawn.IsCancellationRequested)
                return Problems.Forbidden(ImageAccess.Detail);
            context.Response.Headers["X-Frame"] = picture.Frame.ToString(CultureInfo.InvariantCulture);
            return TypedResults.Bytes(picture.Jpeg, "image/jpeg");
        }
        catch (TimeoutException)
        {
            return Problems.Unavailable("No frame arrived within 5 s.");
        }
        catch (ChannelClosedException)
        {
            return Problems.Forbidden(ImageAccess.Detail);
        }
    }

    private static async Task SendAsync(HttpResponse response, LiveViewer viewer, CancellationToken end)
    {
        // Browsers show a part when the next one begins: every part is followed by the boundary at once.
        await response.Body.WriteAsync("--frame\r\n"u8.ToArray(), end).ConfigureAwait(false);
        await response.Body.FlushAsync(end).ConfigureAwait(false);
        await foreach (LivePicture picture in viewer.Pictures.ReadAllAsync(end).ConfigureAwait(false))
        {
            string head = string.Create(
                CultureInfo.InvariantCulture,
                $"Content-Type: image/jpeg\r\nContent-Length: {picture.Jpeg.Length}\r\n"
                    + $"X-Frame: {picture.Frame}\r\nX-Time: {picture.Time:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}\r\n\r\n"
            );
            await response.Body.WriteAsync(Encoding.ASCII.GetBytes(head), end).ConfigureAwait(false);
            await response.Body.WriteAsync(picture.Jpeg, end).ConfigureAwait(false);
            await response.Body.WriteAsync("\r\n--frame\r\n"u8.ToArray(), end).ConfigureAwait(false);
            await response.Body.FlushAsync(end).ConfigureAwait(false);
        }
    }

    private LiveViewer? Join(
        HttpContext context,
        CameraPorts camera,
        int? width,
        double? fps,
        int? boxes,
        out ProblemHttpResult? refusal
    ) => admission.Join(context, camera, LiveFormat.For(width ?? LiveFormat.DefaultWidth, boxes == 1), fps ?? DefaultRate, out refusal);

    private static ProblemHttpResult? Refuse(HttpContext context, int? width, double? fps, int? boxes)
    {
        if (context.Request.Query.Keys.Any(name => !Parameters.Contains(name, StringComparer.OrdinalIgnoreCase)))
        {
            return Problems.BadRequest("The parameters are camera, width, fps and boxes.");
        }

        if (width is < LiveFormat.MinWidth or > LiveFormat.MaxWidth)
            return Problems.BadRequest($"width must be a whole number from {LiveFormat.MinWidth} to {LiveFormat.MaxWidth}.");
        if (fps is not (null or (>= LivePictures.MinRate and <= LivePictures.MaxRate)))
            return Problems.BadRequest($"fps must be a number from {LivePictures.MinRate} to {LivePictures.MaxRate}.");
        return boxes is null or 0 or 1 ? null : Problems.BadRequest("boxes must be 0 or 1.");
    }
}
