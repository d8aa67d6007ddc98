using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using RNNPool.Edge.Pipeline.Control;
using RNNPool.Edge.Web.State;

namespace RNNPool.Edge.Web;

/// <summary>Changes that apply at once; what is absent stays as it is.</summary>
/// <param name="Detection">Whether frames are analysed.</param>
/// <param name="Threshold">The enter threshold, 0.05 to 0.99.</param>
/// <param name="ThresholdDefault">True restores the configured enter threshold.</param>
/// <param name="Restart">True ends the program so that its supervisor starts it again.</param>
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
            .Produces<DetectionReport>(StatusCodes.Status202Accepted);

    private async Task<Results<Ok<DetectionReport>, EmptyHttpResult, ProblemHttpResult>> ApplyAsync(
        ControlRequest body,
        HttpContext context
    )
    {
        if (body is { Detection: null, Threshold: null, ThresholdDefault: null, Restart: null })
        {
            return Problems.BadRequest("The body must have detection, threshold, thresholdDefault or restart.");
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
        controls.RequestRestart(Origin, atOnce: true);
        return TypedResults.Empty;
    }
}
