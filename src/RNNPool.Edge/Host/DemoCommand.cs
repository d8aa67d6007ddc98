using System.CommandLine;
using System.Globalization;
using RNNPool.Edge.Cli;
using RNNPool.Edge.Core;
using RNNPool.Edge.Health;
using RNNPool.Edge.Link.Transports;
using RNNPool.Edge.Parts.Button;
using RNNPool.Edge.Parts.Oled;
using RNNPool.Edge.Parts.StatusLight;
using RNNPool.Edge.Pipeline.Camera;
using RNNPool.Edge.Pipeline.Coprocessor;
using RNNPool.Edge.Pipeline.Engines;
using RNNPool.Edge.Settings;
using RNNPool.Edge.Sinks.Gpio;
using RNNPool.Edge.Sinks.Mqtt;
using RNNPool.Edge.Vision.Presence;
using RNNPool.Edge.Vision.Tracking;
using RNNPool.Edge.Web;

namespace RNNPool.Edge.Host;

/// <summary><c>rnnpool-edge demo</c>: the whole device on a bundled sequence, with a simulated pin and a broker of its own.</summary>
internal static partial class DemoCommand
{
    /// <summary>Characters of a payload that are logged; the log contains the whole events already.</summary>
    private const int ShownPayload = 100;

    /// <summary>Pictures that are played at less than one frame per second: a face that stays for a while and leaves.</summary>
    private const string ShortSequence = "frame-02*.jpg";

    private const string TopicPrefix = "rnnpool-edge/demo";

    public static (Command Command, string Examples) Build(Terminal terminal)
    {
        var once = new Option<bool>("--once") { Description = "Play the sequence once; the exit code is 0 only if events were published." };
        var port = new Option<int?>("--port")
        {
            Description = "Port of the page on 127.0.0.1; 0 takes any free one. Without it, 8760 if that is free.",
            HelpName = "PORT",
        };
        var coprocessor = new Option<string?>("--coprocessor")
        {
            Description = "Run inference on this coprocessor only; each result is compared with that of the reference interpreter.",
            HelpName = "ENDPOINT",
        };
        var fps = new Option<double>("--fps")
        {
            Description = "Frames per second, 0.01 to 30; under 1, only a part of the sequence is played.",
            HelpName = "RATE",
            DefaultValueFactory = _ => 5,
        };
        var model = new Option<string?>("--model") { Description = "Model folder, or the name of a bundled model.", HelpName = "NAME|DIR" };
        fps.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() is not (>= 0.01 and <= 30))
                result.AddError("--fps must be from 0.01 to 30.");
        });
        coprocessor.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } text && !LinkEndpoint.TryParse(text, out _, out string? error))
                result.AddError(error);
        });
        var command = new Command(
            "demo",
            "Play a bundled sequence as the camera, with a broker and a simulated pin: no configuration needed."
        )
        {
            once,
            port,
            coprocessor,
            fps,
            model,
        };
        command.SetAction(
            (result, cancellationToken) =>
                RunAsync(
                    new DemoSettings(
                        result.GetValue(once),
                        result.GetValue(port) ?? PagePort.PreferFree(new WebOptions().Port),
                        result.GetValue(coprocessor),
                        result.GetValue(fps),
                        result.GetValue(model)
                    ),
                    cancellationToken
                )
        );
        return (
            command,
            """
              rnnpool-edge demo
              rnnpool-edge demo --once
              rnnpool-edge demo --once --coprocessor tcp://127.0.0.1:5555
            """
        );
    }

    private static async Task<int> RunAsync(DemoSettings settings, CancellationToken cancellationToken)
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "samples", "demo");
        if (!Directory.Exists(folder))
            throw new CommandException($"The sample sequence is missing: {folder} does not exist.", "Build or install the program again.");

        // The demo must not use stored switches of this machine, and keeps nothing.
        DirectoryInfo state = Directory.CreateTempSubdirectory("rnnpool-edge-demo-");
        try
        {
            return await PlayAsync(folder, state.FullName, settings, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            state.Delete(recursive: true);
        }
    }

    private static async Task<int> PlayAsync(string folder, string state, DemoSettings settings, CancellationToken cancellationToken)
    {
        ILogger? logger = null;
        CoprocessorStatus? coprocessor = null;
        int events = 0;
        DemoBroker broker = await DemoBroker.StartAsync(TopicPrefix + "/#", Hear, cancellationToken).ConfigureAwait(false);
        await using (broker.ConfigureAwait(false))
        {
            WebApplicationBuilder builder = DeviceHost.CreateBuilder(
                DeviceHost.Settings.Load(new SettingSources(null, Settings(folder, state, settings, broker.Port), SystemFile: false))
            );
            WebApplication app = builder.BuildDevice(takePort: true);
            using var deadline = new StopDeadline(app.Lifetime);
            await using (app.ConfigureAwait(false))
            {
                logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("RNNPool.Edge.Demo");
                LogBegin(
                    logger,
                    Directory.EnumerateFiles(folder, settings.Pattern).Count(),
                    broker.Port,
                    settings.Once ? "It ends after one pass." : "Press Ctrl-C to stop."
                );
                coprocessor = app.Services.GetService<CoprocessorStatus>();
                if (await RunCommand.StartAsync(app, cancellationToken).ConfigureAwait(false))
                    await RunCommand.WaitAsync(app, cancellationToken).ConfigureAwait(false);
            }

            // The broker may still hold the last messages.
            await Task.Delay(TimeSpan.FromMilliseconds(100), CancellationToken.None).ConfigureAwait(false);
        }

        int received = Volatile.Read(ref events);
        Console.WriteLine(received > 0 ? $"The demo ends; {received} events went through the broker." : "The demo ends without any event.");
        if (coprocessor is not null && !PrintCoprocessorResults(coprocessor))
            return ExitCode.Failure;
        return settings.Once && received == 0 ? ExitCode.NothingFound : ExitCode.Ok;

        void Hear(string topic, string payload)
        {
            if (topic.EndsWith("/events", StringComparison.Ordinal))
                Interlocked.Increment(ref events);
            // A person at a terminal sees each event; the rest would scroll the address of the page away.
            if (logger is not null && !StartTerminal.ShowsOutput)
                LogDelivered(
                    logger,
                    topic,
                    payload.Length <= ShownPayload ? payload : string.Concat(payload.AsSpan(0, ShownPayload), "...")
                );
        }
    }

    /// <summary>
    /// Prints the results of the coprocessor; false if it processed no frame, or a result differs from the interpreter's.
    /// </summary>
    private static bool PrintCoprocessorResults(CoprocessorStatus coprocessor)
    {
        string median = coprocessor.FrameMilliseconds is { } ms
            ? string.Create(CultureInfo.InvariantCulture, $", {ms:0.0} ms per frame")
            : "";
        Console.WriteLine(
            $"The coprocessor processed {coprocessor.CoprocessorFrames} frames{median}, "
                + $"this machine's engine {coprocessor.HostFrames}; {coprocessor.Failures} failed."
        );
        Console.WriteLine(
            $"Its results were compared with the reference interpreter's on {coprocessor.VerifiedFrames} frames: "
                + (coprocessor.DifferingFrames == 0 ? "all are the same." : $"{coprocessor.DifferingFrames} differ.")
        );
        return coprocessor.CoprocessorFrames > 0
            && coprocessor.HostFrames == 0
            && coprocessor.VerifiedFrames == coprocessor.CoprocessorFrames
            && coprocessor.DifferingFrames == 0;
    }

    private static List<KeyValuePair<string, string?>> Settings(string folder, string state, DemoSettings settings, int brokerPort)
    {
        // Presence needs three frames at any rate; at the default rate of five per second these equal the demo's own delays.
        TimeSpan period = TimeSpan.FromSeconds(1 / settings.Fps);
        TimeSpan offDelay = Max(TimeSpan.FromSeconds(1), 3 * period);
        List<KeyValuePair<string, string?>> list =
        [
            new($"{DeviceOptions.SectionName}:{nameof(DeviceOptions.StateFolder)}", state),
            new(
                $"{CameraOptions.SectionName}:{nameof(CameraOptions.Source)}",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"images:{Path.Combine(folder, settings.Pattern)}?rate={settings.Fps}&loop={(settings.Once ? "false" : "true")}"
                )
            ),
            new($"{CameraOptions.SectionName}:{nameof(CameraOptions.Name)}", "demo"),
            new(
                $"{CameraOptions.SectionName}:{nameof(CameraOptions.StallTimeout)}",
                Text(Max(new CameraOptions().StallTimeout, 3 * period))
            ),
            new($"{PresenceOptions.SectionName}:{nameof(PresenceOptions.OffDelay)}", Text(offDelay)),
            new($"{PresenceOptions.SectionName}:{nameof(PresenceOptions.UpdateInterval)}", Text(Max(TimeSpan.FromSeconds(2), 10 * period))),
            new($"{PresenceOptions.SectionName}:{nameof(PresenceOptions.Tracker)}:{nameof(TrackerOptions.MaxMiss)}", Text(offDelay)),
            new($"{MqttOptions.SectionName}:{nameof(MqttOptions.Host)}", "127.0.0.1"),
            new($"{MqttOptions.SectionName}:{nameof(MqttOptions.Port)}", $"{brokerPort}"),
            new($"{MqttOptions.SectionName}:{nameof(MqttOptions.TopicPrefix)}", TopicPrefix),
            new($"{GpioOptions.SectionName}:{nameof(GpioOptions.Outputs)}:0:{nameof(GpioOutputOptions.Pin)}", "17"),
            new($"{GpioOptions.SectionName}:{nameof(GpioOptions.Simulated)}", "true"),
            new($"{OledOptions.SectionName}:{nameof(OledOptions.Enabled)}", "true"),
            new($"{OledOptions.SectionName}:{nameof(OledOptions.Simulated)}", "true"),
            new($"{OledOptions.SectionName}:{nameof(OledOptions.QrCodeTime)}", "00:00:10"),
            new($"{StatusLightOptions.SectionName}:{nameof(StatusLightOptions.Enabled)}", "true"),
            new($"{StatusLightOptions.SectionName}:{nameof(StatusLightOptions.Simulated)}", "true"),
            new($"{StatusLightOptions.SectionName}:{nameof(StatusLightOptions.Count)}", "12"),
            new($"{ButtonOptions.SectionName}:{nameof(ButtonOptions.Pin)}", "27"),
            new($"{ButtonOptions.SectionName}:{nameof(ButtonOptions.Simulated)}", "true"),
            new($"{WebOptions.SectionName}:{nameof(WebOptions.Port)}", $"{settings.Port}"),
            new($"{HealthOptions.SectionName}:{nameof(HealthOptions.MaxFrameAge)}", Text(Max(TimeSpan.FromSeconds(10), 3 * period))),
            new($"{HealthOptions.SectionName}:{nameof(HealthOptions.MaxInferenceAge)}", Text(Max(TimeSpan.FromSeconds(10), 3 * period))),
        ];
        if (settings.Model is not null)
            list.Add(new($"{ModelOptions.SectionName}:{nameof(ModelOptions.Path)}", settings.Model));
        if (settings.Coprocessor is null)
            return list;
        list.Add(new($"{CoprocessorOptions.SectionName}:{nameof(CoprocessorOptions.Mode)}", nameof(CoprocessorMode.Coprocessor)));
        list.Add(new($"{CoprocessorOptions.SectionName}:{nameof(CoprocessorOptions.Endpoint)}", settings.Coprocessor));
        list.Add(new($"{CoprocessorOptions.SectionName}:{nameof(CoprocessorOptions.Verify)}", "true"));
        list.Add(
            new(
                $"{CoprocessorOptions.SectionName}:{nameof(CoprocessorOptions.FrameTimeout)}",
                Text(Max(new CoprocessorOptions().FrameTimeout, 5 * period))
            )
        );
        return list;
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private static string Text(TimeSpan duration) => duration.ToString("c", CultureInfo.InvariantCulture);

    private sealed record DemoSettings(bool Once, int Port, string? Coprocessor, double Fps, string? Model)
    {
        public string Pattern => Fps < 1 ? ShortSequence : "*.jpg";
    }

    [LoggerMessage(
        1600,
        LogLevel.Information,
        "The camera is a sequence of {Frames} pictures, the pin is simulated, and a broker runs at 127.0.0.1:{BrokerPort}. {End}"
    )]
    private static partial void LogBegin(ILogger logger, int frames, int brokerPort, string end);

    [LoggerMessage(1601, LogLevel.Information, "The broker delivered {Topic}: {Payload}")]
    private static partial void LogDelivered(ILogger logger, string topic, string payload);
}
