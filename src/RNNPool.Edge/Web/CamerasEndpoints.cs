using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using RNNPool.Edge.Vision.Cameras;
using RNNPool.Edge.Vision.Imaging;
using RNNPool.Edge.Web.Access;
using RNNPool.Edge.Web.Live;

namespace RNNPool.Edge.Web;

/// <summary>The cameras of this machine.</summary>
/// <param name="Cameras">Those with a video device.</param>
/// <param name="Ribbon">What rpicam-hello reports about those on ribbon cables; null when it is not installed.</param>
internal sealed record CamerasReport(IReadOnlyList<Vision.Cameras.CameraReport> Cameras, string? Ribbon);

/// <summary>A value for a control of a camera.</summary>
/// <param name="Source">The camera, as in <c>Camera:Source</c>.</param>
/// <param name="Name">Name of the control, as under <c>Camera:Controls</c>.</param>
/// <param name="Value">A number, true or false, or the name of a choice.</param>
internal sealed record CameraControlTrial(string Source, string Name, string Value);

/// <summary><c>/api/cameras</c>: the cameras of this machine, and a picture of one of them.</summary>
internal sealed class CamerasEndpoints(CameraPreview preview, ImageAccess images) : IEndpointGroup
{
    private const string Tag = "cameras";
    private const int MaxSource = 1024;
    private const int MaxBytes = 4096;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/cameras", ListAsync).Describe("listCameras", Tag, "The cameras of this machine.");
        routes
            .MapGet("/api/cameras/preview.jpg", GetPreviewAsync)
            .Describe(
                "getCameraPreview",
                Tag,
                "A picture of a camera before it is rotated, mirrored and cropped; without source, of the configured camera."
            )
            .Produces(StatusCodes.Status200OK, contentType: "image/jpeg")
            .Problems(StatusCodes.Status429TooManyRequests);
        routes
            .MapPost("/api/cameras/control", SetControlAsync)
            .LimitBody(MaxBytes)
            .Describe("setCameraControl", Tag, "Sets a control of a camera at once, to try a value before it is saved.")
            .Problems(StatusCodes.Status409Conflict);
    }

    private static async Task<Ok<CamerasReport>> ListAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<Vision.Cameras.CameraReport> cameras = await Task.Run(CameraList.Video, cancellationToken).ConfigureAwait(false);
        string? ribbon = await CameraList.RibbonAsync(cancellationToken).ConfigureAwait(false);
        return TypedResults.Ok(new CamerasReport(cameras, ribbon));
    }

    private static async Task<Results<Ok<IReadOnlyList<Vision.Cameras.CameraControlReport>>, ProblemHttpResult>> SetControlAsync(
        CameraControlTrial body,
        CancellationToken cancellationToken
    )
    {
        try
        {
            // Opening may block in a driver.
            return TypedResults.Ok(
                await Task.Run(() => CameraList.SetControl(body.Source, body.Name, body.Value), cancellationToken)
                    .WaitAsync(cancellationToken)
                    .ConfigureAwait(false)
            );
        }
        catch (CameraException exception)
        {
            return Problems.Conflict(exception.Fix is null ? exception.Message : $"{exception.Message} {exception.Fix}");
        }
    }

    private async Task<Results<FileContentHttpResult, ProblemHttpResult>> GetPreviewAsync(
        HttpContext context,
        [StringLength(MaxSource, MinimumLength = 1)] string? source = null
    )
    {
        if (source?.Length is 0 or > MaxSource)
        {
            return Problems.BadRequest($"source must be a camera of 1 to {MaxSource} characters, such as /dev/video0.");
        }

        if (!images.IsAllowed(context))
            return Problems.Forbidden(ImageAccess.Detail);
        try
        {
            byte[]? picture = await preview
                .TakeAsync(source, needsPermission: !images.IsExempt(context), context.RequestAborted)
                .ConfigureAwait(false);
            if (picture is null)
                return Problems.TooManyRequests("Another preview is in progress; try again in a moment.");
            return images.IsAllowed(context) ? TypedResults.Bytes(picture, "image/jpeg") : Problems.Forbidden(ImageAccess.Detail);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            return Problems.Forbidden(ImageAccess.Detail);
        }
        catch (Exception exception) when (exception is CameraException or ImageException)
        {
            string fix = exception is CameraException { Fix: { } text } ? " " + text : "";
            return Problems.Unavailable(exception.Message + fix);
        }
    }
}
