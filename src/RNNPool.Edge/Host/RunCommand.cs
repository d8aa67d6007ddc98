using System.CommandLine;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;
using RNNPool.Edge.Cli;
using RNNPool.Edge.Core;
using RNNPool.Edge.Events;
using RNNPool.Edge.Health.Systemd;
using RNNPool.Edge.Pipeline;
using RNNPool.Edge.Pipeline.Control;
using RNNPool.Edge.Pipeline.Status;
using RNNPool.Edge.Settings;
using RNNPool.Edge.Vision.Detectors;

namespace RNNPool.Edge.Host;

/// <summary><c>rnnpool-edge run</c>: the service.</summary>
internal static partial class RunCommand
{
    /// <summary>How long the line with the address waits for the cameras.</summary>
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan StartInterval = TimeSpan.FromMilliseconds(50);

    public static (Command Command, string Examples) Build(Terminal terminal, IDeviceComposer composer)
    {
        var command = new Command("run", "Watch a camera and publish presences, until Ctrl-C or a stop by the system.");
        SharedOptions shared = SharedOptions.AddTo(command, composer, device: true);
        command.SetAction(
            async (result, cancellationToken) =>
            {
                // A device without a camera runs too, so that it can be set up on its page. Restarts use the same file.
                var sources = new SettingSources(
                    ConfigurationFile.FindOrCreate(shared.File(result)),
                    shared.Overrides(result),
                    SetUp: true,
                    MayBeMissing: true
                );
                (int code, bool supervised) = await RunAsync(composer.Settings.Load(sources), cancellationToken).ConfigureAwait(false);

                // A service manager starts a new process; without one, as in a terminal, this process starts the device again.
                while (code == ExitCode.RestartWanted && !supervised && !cancellationToken.IsCancellationRequested)
                    (code, supervised) = await RunAsync(composer.Settings.Load(sources), cancellationToken).ConfigureAwait(false);
                return code;
            }
        );
        return (
            command,
            """
              rnnpool-edge run
              rnnpool-edge run --camera /dev/video0 --mqtt broker.local --gpio 17
              rnnpool-edge run --camera rtsp://camera.local/stream
              rnnpool-edge run --config ./device.json --set Presence:OffDelay=00:00:10
              RNNPOOL_EDGE_MQTT__HOST=broker.local rnnpool-edge run
            """
        );
    }

    /// <returns>The exit code, and whether a service manager started the process.</returns>
    private static async Task<(int Code, bool Supervised)> RunAsync(DeviceSettings settings, CancellationToken cancellationToken)
    {
        WebApplication app = DeviceHost.CreateBuilder(settings).BuildDevice(takePort: true);
        using var deadline = new StopDeadline(app.Lifetime);
        await using (app.ConfigureAwait(false))
        {
            if (await StartAsync(app, cancellationToken).ConfigureAwait(false))
            {
                using var memory = new StartMemory(app.Services.GetRequiredService<TimeProvider>());
                await WaitAsync(app, cancellationToken).ConfigureAwait(false);
            }

            bool restart = app.Services.GetRequiredService<DeviceControls>().RestartWanted;
            bool supervised = app.Services.GetRequiredService<ServiceManager>().IsConnected;
            return (restart ? ExitCode.RestartWanted : ExitCode.Ok, supervised);
        }
    }

    /// <summary>Validates the settings, loads the model, starts the services and logs the address of the page.</summary>
    /// <returns>Whether the device has started; a stop during the start is not a failure.</returns>
    public static async Task<bool> StartAsync(WebApplication app, CancellationToken cancellationToken)
    {
        app.Services.GetRequiredService<IStartupValidator>().Validate();
        using var notice = new StartNotice(
            app.Services.GetRequiredService<ServiceManager>(),
            "Loading the model.",
            app.Services.GetRequiredService<TimeProvider>()
        );
        ILogger logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("RNNPool.Edge");
        IDetector detector = app.Services.GetRequiredService<IDetector>();
        LogModel(logger, ProductVersion.Text, detector.Model, detector.Engine);
        try
        {
            await app.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // Started services must stop before the objects that they use, such as native memory, are disposed.
            bool stopped =
                exception is OperationCanceledException
                && (cancellationToken.IsCancellationRequested || app.Lifetime.ApplicationStopping.IsCancellationRequested);
            await app.StopAsync(CancellationToken.None).ConfigureAwait(false);
            if (stopped)
                return false;
            throw;
        }

        string address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        string? configuration = app.Services.GetRequiredService<DeviceSettingsProvider>().Settings.File;
        app.Services.GetRequiredService<DeviceMarker>().Record(new DeviceMark(configuration, address));
        if (StartTerminal.ShowsOutput)
            await WaitForCamerasAsync(app).ConfigureAwait(false);
        LogAddress(logger, address);
        return true;
    }

    /// <summary>Waits until every camera is open or lost, so that the address of the page is the last line of the start.</summary>
    private static async Task WaitForCamerasAsync(WebApplication app)
    {
        CameraSet cameras = app.Services.GetRequiredService<CameraSet>();
        TimeProvider time = app.Services.GetRequiredService<TimeProvider>();
        CancellationToken stop = app.Lifetime.ApplicationStopping;
        long start = time.GetTimestamp();
        while (
            !stop.IsCancellationRequested
            && time.GetElapsedTime(start) < LongestStart
            && cameras.Any(camera => camera.Status.Camera == CameraState.Opening)
        )
            await Task.Delay(StartInterval, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Waits until the device stops, and logs a summary.</summary>
    /// <exception cref="CommandException">A service has failed, which stops the others.</exception>
    public static async Task WaitAsync(WebApplication app, CancellationToken cancellationToken)
    {
        await app.WaitForShutdownAsync(cancellationToken).ConfigureAwait(false);
        ILogger logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("RNNPool.Edge");
        var totals = app.Services.GetRequiredService<PipelineTotals>();
        LogStopped(
            logger,
            app.Services.GetRequiredService<DeviceStart>().Uptime.TotalSeconds,
            totals.Frames,
            totals.Inferences,
            app.Services.GetRequiredService<EventHistory>().Total
        );
        foreach (BackgroundService service in app.Services.GetServices<IHostedService>().OfType<BackgroundService>())
        {
            if (service.ExecuteTask is { IsFaulted: true, Exception: { } exception })
            {
                throw new CommandException(
                    $"{service.GetType().Name} failed: {exception.GetBaseException().Message}",
                    "Run it again with RNNPOOL_EDGE_DEBUG=1 for all details.",
                    ExitCode.Failure,
                    exception
                );
            }
        }
    }

    [LoggerMessage(1, LogLevel.Information, "rnnpool-edge {Version} with the model {Model} on {Engine}.")]
    private static partial void LogModel(ILogger logger, string version, string model, string engine);

    [LoggerMessage(2, LogLevel.Information, "The page is at {Address}.")]
    private static partial void LogAddress(ILogger logger, string address);

    [LoggerMessage(3, LogLevel.Information, "Stopped after {Seconds:0.0} s: {Frames} frames, {Inferences} inferences, {Events} events.")]
    private static partial void LogStopped(ILogger logger, double seconds, long frames, long inferences, long events);
}
