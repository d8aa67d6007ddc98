using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using RNNPool.Edge.Pipeline.Control;
using RNNPool.Edge.Web.Access;
using RNNPool.Edge.Web.State;

namespace RNNPool.Edge.Web;

/// <summary>Changes that apply at once; what is absent stays as it is.</summary>
/// <param name="Detection">Whether frames are analysed.</param>
/// <param name="Threshold">The enter threshold, 0.05 to 0.99.</param>
/// <param name="ThresholdDefault">True restores the configured enter threshold.</param>
/// <param name="Restart">
/// True ends the program so that its supervisor starts it again. By an API token not in the first minute after a start, because a script
/// may repeat it.
/// </param>
internal sealed record ControlRequest(
    bool? Detection = null,
    [property: Range(DeviceControls.MinThreshold, DeviceControls.MaxThreshold)] float? Threshold = null,
    bool? ThresholdDefault = null,
    bool? Restart = null
);

/// <summary><c>/api/control</c>: the same changes as the MQTT commands.</summary>
internal sealed class ControlEndpoints(DeviceControls controls, DetectionReporter detection) : IEndpointGroup
{
    private const string Origin = "web";
    private const int MaxBytes = 1024;

    public void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost("/api/control", ApplyAsync)
            .LimitBody(MaxBytes)
            .Describe("control", "control", "Switches detection, sets the enter threshold, or restarts the device.")
            .Produces<DetectionReport>(StatusCodes.Status202Accepted)
            .Problems(StatusCodes.Status409Conflict);

    private async Task<Results<Ok<DetectionReport>, EmptyHttpResult, ProblemHttpResult>> ApplyAsync(
        ControlRequest body,
        HttpContext context
    )
    {
        if (body is { Detection: null, Threshold: null, ThresholdDefault: null, Restart: null })
        {
            return Problems.BadRequest("The body must have detection, threshold, thresholdDefault or restart.");
        }

        bool mayRepeat = Caller.Get(context) is { Kind: CallerKind.Token };
        if (body.Restart == true && mayRepeat && controls.RestartAllowedIn is var wait && wait > TimeSpan.Zero)
        {
            context.Response.Headers.RetryAfter = ((int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
            return Problems.Conflict(
                $"The device has started less than {DeviceControls.RestartInterval.TotalSeconds:0} s ago; nothing was changed. "
                    + "Try again later."
            );
        }

        try
        {
            if (body.Threshold is { } threshold)
                controls.SetEnterThreshold(threshold, Origin);
            else if (body.ThresholdDefault == true)
                controls.SetEnterThreshold(null, Origin);
        }
        catch (ArgumentOutOfRangeException exception)
        {
            return Problems.BadRequest(exception.Message);
        }

        if (body.Detection is { } on)
            controls.SetDetection(on, Origin);
        DetectionReport report = detection.Create();
        if (body.Restart != true)
            return TypedResults.Ok(report);

        // The response must be sent before the server stops.
        await TypedResults.Accepted((string?)null, report).ExecuteAsync(context).ConfigureAwait(false);
        await context.Response.CompleteAsync().ConfigureAwait(false);
        controls.RequestRestart(Origin, atOnce: !mayRepeat);
        return TypedResults.Empty;
    }
}
