using RNNPool.Edge.Pipeline.Camera;
using RNNPool.Edge.Pipeline.Status;
using RNNPool.Edge.Vision.Cameras;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Imaging;
using RNNPool.Edge.Web.Live;

namespace RNNPool.Edge.Web.Setup;

/// <summary>The cameras of this machine.</summary>
/// <param name="Cameras">Those with a video device.</param>
/// <param name="Ribbon">What rpicam-hello says of those on ribbon cables; null when it is not installed.</param>
internal sealed record CamerasReport(IReadOnlyList<Vision.Cameras.CameraReport> Cameras, string? Ribbon);

/// <summary><c>/api/cameras</c>: which cameras there are, and what one of them sees.</summary>
internal static class CameraApi
{
    private const int PreviewWidth = 640,
        PreviewQuality = 75,
        MaxSource = 1024;

    private static readonly TimeSpan OpenTime = TimeSpan.FromSeconds(10),
        CloseTime = TimeSpan.FromSeconds(3);

    /// <summary>One camera is opened at a time.</summary>
    private static readonly SemaphoreSlim Turn = new(1);

    public static async Task ListAsync(HttpContext context)
    {
        IReadOnlyList<Vision.Cameras.CameraReport> cameras = await Task.Run(CameraList.Video, context.RequestAborted).ConfigureAwait(false);
        string? ribbon = await CameraList.RibbonAsync(context.RequestAborted).ConfigureAwait(false);
        await context
            .Response.WriteAsJsonAsync(
                new CamerasReport(cameras, ribbon),
                WebJson.Default.CamerasReport,
                cancellationToken: context.RequestAborted
            )
            .ConfigureAwait(false);
    }

    public static async Task PreviewAsync(HttpContext context)
    {
        string source = context.Request.Query["source"].ToString();
        if (source.Length is 0 or > MaxSource)
        {
            await WebApi
                .RefuseAsync(
                    context,
                    StatusCodes.Status400BadRequest,
                    $"source must be a camera of 1 to {MaxSource} characters, such as v4l2:/dev/video0."
                )
                .ConfigureAwait(false);
            return;
        }

        if (await PicturePermission.RefuseAsync(context).ConfigureAwait(false))
            return;
        if (IsOpen(context.RequestServices, source))
        {
            // A camera has one reader; the pipeline's frames are shared.
            context.Request.QueryString = QueryString.Empty;
            await LiveApi.PictureAsync(context).ConfigureAwait(false);
            return;
        }

        if (!await Turn.WaitAsync(TimeSpan.Zero, context.RequestAborted).ConfigureAwait(false))
        {
            await WebApi
                .RefuseAsync(context, StatusCodes.Status429TooManyRequests, "Another camera is being looked at; try again in a moment.")
                .ConfigureAwait(false);
            return;
        }

        try
        {
            byte[] picture = await TakeAsync(context.RequestServices.GetRequiredService<CameraFactory>(), source, context.RequestAborted)
                .ConfigureAwait(false);
            context.Response.ContentType = "image/jpeg";
            context.Response.ContentLength = picture.Length;
            await context.Response.Body.WriteAsync(picture, context.RequestAborted).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is CameraException or ImageException)
        {
            string fix = exception is CameraException { Fix: { } text } ? " " + text : "";
            await WebApi.RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, exception.Message + fix).ConfigureAwait(false);
        }
        finally
        {
            Turn.Release();
        }
    }

    /// <summary>Whether this is the device's own camera, and it delivers.</summary>
    public static bool IsOpen(IServiceProvider services, string source)
    {
        string? own = services.GetRequiredService<Microsoft.Extensions.Options.IOptions<CameraOptions>>().Value.Source;
        return services.GetRequiredService<PipelineStatus>().Camera == CameraState.Open && own is not null && Device(own) == Device(source);
    }

    /// <summary>What may be open once only: scheme and target, without parameters.</summary>
    private static string Device(string source)
    {
        try
        {
            CameraSource parsed = CameraSource.Parse(source);
            return $"{parsed.Scheme}:{parsed.Target}";
        }
        catch (CameraException)
        {
            return source;
        }
    }

    private static async Task<byte[]> TakeAsync(CameraFactory factory, string source, CancellationToken cancellationToken)
    {
        ICamera camera = factory.Create(CameraSource.Parse(source));
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(OpenTime);
        try
        {
            // Opening may block in a driver.
            using Frame? frame = await Task.Run(() => camera.ReadAsync(patience.Token).AsTask(), CancellationToken.None)
                .WaitAsync(patience.Token)
                .ConfigureAwait(false);
            return frame is null
                ? throw new CameraException($"{camera.Name} has no frames.")
                : new PreviewEncoder().Encode(frame, PreviewWidth, PreviewQuality);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CameraException($"{camera.Name}: no frame within {OpenTime.TotalSeconds:0} s.");
        }
        finally
        {
            await new CameraCloser(TimeProvider.System).CloseAsync(camera, CloseTime, CancellationToken.None).ConfigureAwait(false);
        }
    }
}
