using System.Globalization;
using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Diagnostics;
using RNNPool.Edge.Pipeline.Camera;
using RNNPool.Edge.Pipeline.Status;
using RNNPool.Edge.Settings;
using RNNPool.Edge.Sinks.Gpio;
using RNNPool.Edge.Sinks.Mqtt;

namespace RNNPool.Edge.Web.Setup;

/// <summary>A camera to try.</summary>
internal sealed record CameraTrial(string Source);

/// <summary>A pin to try.</summary>
internal sealed record PinTrial(string Pin, bool ActiveLow = false);

/// <summary>A broker to try.</summary>
internal sealed record BrokerTrial(string Host, int? Port = null, string? Username = null, string? Password = null, bool? Tls = null);

/// <summary>What came of a trial.</summary>
/// <param name="Ok">Whether it works.</param>
/// <param name="Message">What was seen, as a sentence.</param>
/// <param name="Hint">What to do about it; null when there is nothing to do.</param>
internal sealed record TrialReport(bool Ok, string Message, string? Hint);

/// <summary><c>/api/test</c>: tries settings before they are saved, with the checks of <c>rnnpool-edge doctor</c>.</summary>
internal static class TrialApi
{
    private const int MaxBytes = 8192,
        Blinks = 3;

    private static readonly TimeSpan BlinkTime = TimeSpan.FromMilliseconds(250);

    /// <summary>One trial at a time.</summary>
    private static readonly SemaphoreSlim Turn = new(1);

    public static async Task CameraAsync(HttpContext context)
    {
        if (await RequestBody.ReadAsync(context, WebJson.Default.CameraTrial, MaxBytes).ConfigureAwait(false) is not { } trial)
            return;
        if (CameraApi.IsOpen(context.RequestServices, trial.Source))
        {
            var status = context.RequestServices.GetRequiredService<PipelineStatus>();
            await AnswerAsync(
                    context,
                    new TrialReport(
                        true,
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"This camera is in use by the device and delivers {status.FrameWidth}x{status.FrameHeight}."
                        ),
                        null
                    )
                )
                .ConfigureAwait(false);
            return;
        }

        await TryAsync(context, [new("Camera:Source", trial.Source)], (services, cancellationToken) =>
                CheckAsync(ActivatorUtilities.CreateInstance<CameraCheck>(services), cancellationToken)
            )
            .ConfigureAwait(false);
    }

    public static async Task PinAsync(HttpContext context)
    {
        if (await RequestBody.ReadAsync(context, WebJson.Default.PinTrial, MaxBytes).ConfigureAwait(false) is not { } trial)
            return;
        bool held =
            context.RequestServices.GetRequiredService<GpioStatus>().Report is { } report
            && report.Outputs.Concat(report.Inputs).Any(pin => pin.Pin == trial.Pin && pin.Failure is null);
        if (held)
        {
            await AnswerAsync(
                    context,
                    new TrialReport(
                        true,
                        $"The pin {SettingRules.Printable(trial.Pin)} is in use by the device.",
                        "It shows what it is configured for; it is not made to blink now."
                    )
                )
                .ConfigureAwait(false);
            return;
        }

        await TryAsync(context, [], (services, cancellationToken) => BlinkAsync(services, trial, cancellationToken)).ConfigureAwait(false);
    }

    public static async Task BrokerAsync(HttpContext context)
    {
        if (await RequestBody.ReadAsync(context, WebJson.Default.BrokerTrial, MaxBytes).ConfigureAwait(false) is not { } trial)
            return;
        List<KeyValuePair<string, string?>> settings = [new("Mqtt:Host", trial.Host)];
        if (trial.Port is { } port)
            settings.Add(new("Mqtt:Port", port.ToString(CultureInfo.InvariantCulture)));
        if (!string.IsNullOrEmpty(trial.Username))
            settings.Add(new("Mqtt:UserName", trial.Username));
        if (!string.IsNullOrEmpty(trial.Password))
            settings.Add(new("Mqtt:Password", trial.Password));
        if (trial.Tls is { } tls)
            settings.Add(new("Mqtt:Tls:Enabled", tls ? "true" : "false"));
        await TryAsync(context, settings, (services, cancellationToken) =>
                CheckAsync(ActivatorUtilities.CreateInstance<BrokerCheck>(services), cancellationToken)
            )
            .ConfigureAwait(false);
    }

    private static async Task TryAsync(
        HttpContext context,
        IReadOnlyList<KeyValuePair<string, string?>> settings,
        Func<IServiceProvider, CancellationToken, Task<TrialReport>> run
    )
    {
        if (!await Turn.WaitAsync(TimeSpan.Zero, context.RequestAborted).ConfigureAwait(false))
        {
            await WebApi
                .RefuseAsync(context, StatusCodes.Status429TooManyRequests, "Something else is being tried; try again in a moment.")
                .ConfigureAwait(false);
            return;
        }

        try
        {
            await AnswerAsync(
                    context,
                    await RunAsync(
                            context.RequestServices.GetRequiredService<IDeviceComposer>(),
                            context.RequestServices.GetRequiredService<DeviceSettingsProvider>().Settings,
                            settings,
                            run,
                            context.RequestAborted
                        )
                        .ConfigureAwait(false)
                )
                .ConfigureAwait(false);
        }
        finally
        {
            Turn.Release();
        }
    }

    /// <summary>Puts the device together once more, with the settings to be tried, and asks that copy; nothing of it is started.</summary>
    private static async Task<TrialReport> RunAsync(
        IDeviceComposer composer,
        DeviceSettings settings,
        IReadOnlyList<KeyValuePair<string, string?>> candidate,
        Func<IServiceProvider, CancellationToken, Task<TrialReport>> run,
        CancellationToken cancellationToken
    )
    {
        try
        {
            SettingSources sources = settings.Sources;
            var merged = sources
                .Overrides.Where(pair => candidate.All(other => !string.Equals(other.Key, pair.Key, StringComparison.OrdinalIgnoreCase)))
                .Concat(candidate);
            Composition<ComposedServices> device = composer.Compose<ComposedServices>(
                composer.Settings.Load(sources with { Overrides = [.. merged] })
            );
            await using (device.ConfigureAwait(false))
                return await run(device.Root.Provider, cancellationToken).ConfigureAwait(false);
        }
        catch (CommandException exception)
        {
            return new TrialReport(false, exception.Message, exception.Hint);
        }
        catch (OptionsValidationException exception)
        {
            return new TrialReport(false, string.Join(' ', exception.Failures), null);
        }
    }

    private static async Task<TrialReport> CheckAsync(IDoctorCheck check, CancellationToken cancellationToken)
    {
        CheckResult result = await check.RunAsync(cancellationToken).ConfigureAwait(false);
        return new TrialReport(result.Outcome is CheckOutcome.Ok or CheckOutcome.Warning, result.Finding, result.Fix);
    }

    private static async Task<TrialReport> BlinkAsync(IServiceProvider services, PinTrial trial, CancellationToken cancellationToken)
    {
        var options = new GpioOutputOptions { Pin = trial.Pin, ActiveLow = trial.ActiveLow };
        try
        {
            bool simulated = services.GetRequiredService<IConfiguration>().GetValue<bool>("Gpio:Simulated");
            using IOutputPin pin = new PinFactory(services.GetRequiredService<IGpioBackend>()).OpenOutput(
                "The pin",
                options,
                high: trial.ActiveLow,
                simulated
            );
            for (int i = 0; i < Blinks; i++)
            {
                pin.Write(!trial.ActiveLow);
                await Task.Delay(BlinkTime, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                pin.Write(trial.ActiveLow);
                if (!cancellationToken.IsCancellationRequested)
                    await Task.Delay(BlinkTime, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            return new TrialReport(true, $"{pin.Description} has blinked {Blinks} times.", null);
        }
        catch (GpioException exception)
        {
            return new TrialReport(false, exception.Message, "See the chips and their lines with 'gpioinfo' (package gpiod).");
        }
    }

    private static Task AnswerAsync(HttpContext context, TrialReport report) =>
        context.Response.WriteAsJsonAsync(report, WebJson.Default.TrialReport, cancellationToken: context.RequestAborted);
}
