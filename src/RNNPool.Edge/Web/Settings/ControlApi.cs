using RNNPool.Edge.Pipeline.Control;

namespace RNNPool.Edge.Web.Settings;

/// <summary>What is to be changed at once; what is left out stays.</summary>
/// <param name="Detection">Whether frames are looked at.</param>
/// <param name="Threshold">The enter threshold, 0.05 to 0.99.</param>
/// <param name="ThresholdDefault">Whether the configured enter threshold is to hold again.</param>
/// <param name="Restart">Whether the program is to end, so that its supervisor starts it again.</param>
internal sealed record ControlRequest(bool? Detection = null, float? Threshold = null, bool? ThresholdDefault = null, bool? Restart = null);

/// <summary><c>/api/control</c>: what MQTT commands can do, too.</summary>
internal static class ControlApi
{
    private const string Origin = "web";
    private const int MaxBytes = 1024;

    public static async Task ControlAsync(HttpContext context)
    {
        if (await RequestBody.ReadAsync(context, WebJson.Default.ControlRequest, MaxBytes).ConfigureAwait(false) is not { } request)
            return;
        if (request is { Detection: null, Threshold: null, ThresholdDefault: null, Restart: null })
        {
            await WebApi
                .RefuseAsync(
                    context,
                    StatusCodes.Status400BadRequest,
                    "The body must have detection, threshold, thresholdDefault or restart."
                )
                .ConfigureAwait(false);
            return;
        }

        var controls = context.RequestServices.GetRequiredService<DeviceControls>();
        try
        {
            if (request.Threshold is { } threshold)
                controls.SetEnterThreshold(threshold, Origin);
            else if (request.ThresholdDefault == true)
                controls.SetEnterThreshold(null, Origin);
        }
        catch (ArgumentOutOfRangeException exception)
        {
            await WebApi.RefuseAsync(context, StatusCodes.Status400BadRequest, exception.Message).ConfigureAwait(false);
            return;
        }

        if (request.Detection is { } detection)
            controls.SetDetection(detection, Origin);
        DetectionReport report = StateReports.Of(context.RequestServices).Detection;
        if (request.Restart != true)
        {
            await context
                .Response.WriteAsJsonAsync(report, StateJson.Default.DetectionReport, cancellationToken: context.RequestAborted)
                .ConfigureAwait(false);
            return;
        }

        // The answer goes out before the device does.
        context.Response.StatusCode = StatusCodes.Status202Accepted;
        await context
            .Response.WriteAsJsonAsync(report, StateJson.Default.DetectionReport, cancellationToken: context.RequestAborted)
            .ConfigureAwait(false);
        await context.Response.CompleteAsync().ConfigureAwait(false);
        controls.RequestRestart(Origin, atOnce: true);
    }
}
