using System.Globalization;
using System.Text;
using RNNPool.Edge.Pipeline.Control;
using RNNPool.Edge.Web.Access;

namespace RNNPool.Edge.Web.Live;

/// <summary><c>/api/live.mjpg</c> and <c>/api/live.jpg</c>: what the camera sees.</summary>
internal static class LiveApi
{
    private const int DefaultWidth = 640;
    private const double DefaultRate = 5;

    /// <summary>How long one picture is waited for.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static async Task MotionAsync(HttpContext context)
    {
        using LiveViewer? viewer = await JoinAsync(context).ConfigureAwait(false);
        if (viewer is null)
            return;
        HttpResponse response = context.Response;
        response.ContentType = "multipart/x-mixed-replace; boundary=frame";
        using var stop = AccessGate.EndOf(context);
        try
        {
            // Browsers show a part when the next one begins: every part is followed by the boundary at once.
            await response.Body.WriteAsync("--frame\r\n"u8.ToArray(), stop.Token).ConfigureAwait(false);
            await response.Body.FlushAsync(stop.Token).ConfigureAwait(false);
            await foreach (LivePicture picture in viewer.Pictures.ReadAllAsync(stop.Token).ConfigureAwait(false))
            {
                string head = string.Create(
                    CultureInfo.InvariantCulture,
                    $"Content-Type: image/jpeg\r\nContent-Length: {picture.Jpeg.Length}\r\nX-Frame: {picture.Frame}\r\nX-Time: {picture.Time:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}\r\n\r\n"
                );
                await response.Body.WriteAsync(Encoding.ASCII.GetBytes(head), stop.Token).ConfigureAwait(false);
                await response.Body.WriteAsync(picture.Jpeg, stop.Token).ConfigureAwait(false);
                await response.Body.WriteAsync("\r\n--frame\r\n"u8.ToArray(), stop.Token).ConfigureAwait(false);
                await response.Body.FlushAsync(stop.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The viewer has gone, or the device stops.
        }
    }

    public static async Task PictureAsync(HttpContext context)
    {
        using LiveViewer? viewer = await JoinAsync(context).ConfigureAwait(false);
        if (viewer is null)
            return;
        LivePicture picture;
        try
        {
            picture = await viewer
                .Pictures.ReadAsync(context.RequestAborted)
                .AsTask()
                .WaitAsync(Patience, context.RequestServices.GetRequiredService<TimeProvider>(), context.RequestAborted)
                .ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            await WebApi.RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, "No frame came within 5 s.").ConfigureAwait(false);
            return;
        }

        context.Response.ContentType = "image/jpeg";
        context.Response.ContentLength = picture.Jpeg.Length;
        await context.Response.Body.WriteAsync(picture.Jpeg, context.RequestAborted).ConfigureAwait(false);
    }

    /// <returns>Null when the request has been refused.</returns>
    private static async Task<LiveViewer?> JoinAsync(HttpContext context)
    {
        if (Parse(context.Request.Query, out LiveLook look, out double rate) is { } complaint)
        {
            await WebApi.RefuseAsync(context, StatusCodes.Status400BadRequest, complaint).ConfigureAwait(false);
            return null;
        }

        if (await PicturePermission.RefuseAsync(context).ConfigureAwait(false))
            return null;
        if (context.RequestServices.GetRequiredService<DeviceControls>().InputPrivacy)
        {
            await WebApi
                .RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, "An input pin asks for privacy.")
                .ConfigureAwait(false);
            return null;
        }

        LiveViewer? viewer = context.RequestServices.GetRequiredService<LivePictures>().Join(look, rate);
        if (viewer is null)
            await WebApi
                .RefuseAsync(
                    context,
                    StatusCodes.Status503ServiceUnavailable,
                    $"{LivePictures.MaxViewers} look at the live view already; close one of them."
                )
                .ConfigureAwait(false);
        return viewer;
    }

    /// <returns>What is wrong with the request, as a sentence; null when nothing is.</returns>
    private static string? Parse(IQueryCollection parameters, out LiveLook look, out double rate)
    {
        (int width, bool boxes) = (DefaultWidth, false);
        (look, rate) = (default, DefaultRate);
        foreach ((string name, var values) in parameters)
        {
            string text = values.ToString();
            switch (name)
            {
                case "width":
                    if (
                        !(
                            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out width)
                            && width is >= LiveLook.MinWidth and <= LiveLook.MaxWidth
                        )
                    )
                        return $"width must be a whole number from {LiveLook.MinWidth} to {LiveLook.MaxWidth}.";
                    break;
                case "fps":
                    if (
                        !(
                            double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out rate)
                            && rate is >= LivePictures.MinRate and <= LivePictures.MaxRate
                        )
                    )
                        return $"fps must be a number from {LivePictures.MinRate} to {LivePictures.MaxRate}.";
                    break;
                case "boxes":
                    if (text is not ("0" or "1"))
                        return "boxes must be 0 or 1.";
                    boxes = text == "1";
                    break;
                case "t":
                    // Pages add one so that no cache answers.
                    break;
                default:
                    return "There are the parameters width, fps and boxes only.";
            }
        }

        look = LiveLook.For(width, boxes);
        return null;
    }
}
