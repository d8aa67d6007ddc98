using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using RNNPool.Edge.Pipeline.Camera;
using RNNPool.Edge.Sinks.Gpio;
using RNNPool.Edge.Sinks.Mqtt;
using RNNPool.Edge.Sinks.Notify;
using RNNPool.Edge.Web.Live;

namespace RNNPool.Edge.Web;

/// <summary>A camera to test.</summary>
/// <param name="Source">The camera, as in <c>Camera:Source</c>.</param>
internal sealed record CameraTrial(string Source);

/// <summary>A pin to test.</summary>
/// <param name="Pin">The pin, as in <c>Gpio:Outputs</c>.</param>
/// <param name="ActiveLow">Whether the pin is on while its level is low.</param>
internal sealed record PinTrial(string Pin, bool ActiveLow = false);

/// <summary>A broker to test.</summary>
/// <param name="Host">Host name or address.</param>
/// <param name="Port">TCP port; null for the default.</param>
/// <param name="Username">User name; null for none.</param>
/// <param name="Password">Password; null for none.</param>
/// <param name="Tls">Whether the connection is encrypted; null for the setting in force.</param>
internal sealed record BrokerTrial(string Host, int? Port = null, string? Username = null, string? Password = null, bool? Tls = null);

/// <summary>The result of a test.</summary>
/// <param name="Ok">Whether it works.</param>
/// <param name="Message">The finding, as a sentence.</param>
/// <param name="Hint">How to fix it; null when there is nothing to fix.</param>
internal sealed record TrialReport(bool Ok, string Message, string? Hint);

/// <summary><c>/api/test</c>: tests settings before they are saved, one at a time, with the checks of <c>rnnpool-edge doctor</c>.</summary>
internal sealed class TrialEndpoints(TrialDevice device, PinTest pins, CameraPreview preview, GpioStatus gpio) : IEndpointGroup, IDisposable
{
    private const string Tag = "test";
    private const int MaxBytes = 8192;

    private readonly SemaphoreSlim _turn = new(1);

    public void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapPost("/api/test/camera", TestCameraAsync)
            .LimitBody(MaxBytes)
            .Describe("testCamera", Tag, "Opens a camera and waits for a frame.")
            .Problems(StatusCodes.Status429TooManyRequests);
        routes
            .MapPost("/api/test/pin", TestPinAsync)
            .LimitBody(MaxBytes)
            .Describe("testPin", Tag, "Blinks a pin three times.")
            .Problems(StatusCodes.Status429TooManyRequests);
        routes
            .MapPost("/api/test/broker", TestBrokerAsync)
            .LimitBody(MaxBytes)
            .Describe("testBroker", Tag, "Connects to a broker.")
            .Problems(StatusCodes.Status429TooManyRequests);
        routes
            .MapPost("/api/test/notify", TestNotifyAsync)
            .LimitBody(MaxBytes)
            .Describe("testNotify", Tag, "Sends a test notification to every address of the settings, also those that wait for a restart.")
            .Problems(StatusCodes.Status429TooManyRequests);
    }

    public void Dispose() => _turn.Dispose();

    private async Task<Results<Ok<TrialReport>, ProblemHttpResult>> TestCameraAsync(CameraTrial body, CancellationToken cancellationToken)
    {
        if (preview.FindInUse(body.Source) is { } camera)
        {
            string size = string.Create(CultureInfo.InvariantCulture, $"{camera.Status.FrameWidth}x{camera.Status.FrameHeight}");
            return TypedResults.Ok(new TrialReport(true, $"The device uses this camera, which delivers {size}.", null));
        }

        return await RunAsync(
                () => device.CheckAsync<MainCameraCheck>([new("Camera:Source", body.Source)], cancellationToken),
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    private async Task<Results<Ok<TrialReport>, ProblemHttpResult>> TestPinAsync(PinTrial body, CancellationToken cancellationToken)
    {
        bool held =
            gpio.Report is { } report && report.Outputs.Concat(report.Inputs).Any(pin => pin.Pin == body.Pin && pin.Failure is null);
        if (held)
        {
            return TypedResults.Ok(
                new TrialReport(
                    true,
                    $"The device uses the pin {SettingRules.Printable(body.Pin)}.",
                    "The pin keeps its role and does not blink now."
                )
            );
        }

        return await RunAsync(() => pins.BlinkAsync(body, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    private async Task<Results<Ok<TrialReport>, ProblemHttpResult>> TestBrokerAsync(BrokerTrial body, CancellationToken cancellationToken)
    {
        List<KeyValuePair<string, string?>> settings = [new("Mqtt:Host", body.Host)];
        if (body.Port is { } port)
            settings.Add(new("Mqtt:Port", port.ToString(CultureInfo.InvariantCulture)));
        if (!string.IsNullOrEmpty(body.Username))
            settings.Add(new("Mqtt:UserName", body.Username));
        if (!string.IsNullOrEmpty(body.Password))
            settings.Add(new("Mqtt:Password", body.Password));
        if (body.Tls is { } tls)
            settings.Add(new("Mqtt:Tls:Enabled", tls ? "true" : "false"));
        return await RunAsync(() => device.CheckAsync<BrokerCheck>(settings, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    private Task<Results<Ok<TrialReport>, ProblemHttpResult>> TestNotifyAsync(CancellationToken cancellationToken) =>
        RunAsync(() => device.CheckAsync<NotifyTest>([], cancellationToken), cancellationToken);

    private async Task<Results<Ok<TrialReport>, ProblemHttpResult>> RunAsync(
        Func<Task<TrialReport>> test,
        CancellationToken cancellationToken
    )
    {
        if (!await _turn.WaitAsync(TimeSpan.Zero, cancellationToken).ConfigureAwait(false))
        {
            return Problems.TooManyRequests("Another test is in progress; try again in a moment.");
        }

        try
        {
            return TypedResults.Ok(await test().ConfigureAwait(false));
        }
        finally
        {
            _turn.Release();
        }
    }
}
