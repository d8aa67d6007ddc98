using System.CommandLine;
using RNNPool.Edge.Capture;
using RNNPool.Edge.Demo;
using RNNPool.Edge.Gpio;
using RNNPool.Edge.Mqtt;
using RNNPool.Edge.Vision.Presence;
using RNNPool.Edge.Web;

namespace RNNPool.Edge.Commands;

/// <summary><c>rnnpool-edge demo</c>: the whole device on a bundled sequence, with a simulated pin and a broker of its own.</summary>
internal static partial class DemoCommand
{
    /// <summary>Characters of a payload that the log repeats; events are there in full already.</summary>
    private const int ShownPayload = 100;

    private const string TopicPrefix = "rnnpool-edge/demo";

    public static (Command Command, string Examples) Build(Terminal terminal)
    {
        var once = new Option<bool>("--once") { Description = "Play the sequence once; the exit code is 0 only if events were published." };
        var port = new Option<int>("--port") { Description = "Port of /health and /api on 127.0.0.1; 0 takes any free one.", HelpName = "PORT" };
        var command = new Command("demo", "Play a bundled sequence as the camera, with a broker and a simulated pin: no configuration needed.") { once, port };
        command.SetAction((result, cancellationToken) => RunAsync(result.GetValue(once), result.GetValue(port), cancellationToken));
        return (command, """
              rnnpool-edge demo
              rnnpool-edge demo --once
            """);
    }

    private static async Task<int> RunAsync(bool once, int port, CancellationToken cancellationToken)
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "samples", "demo");
        if (!Directory.Exists(folder)) throw new CommandException($"The sample sequence is missing: {folder} does not exist.", "Build or install the program again.");

        ILogger? logger = null;
        int events = 0;
        DemoBroker broker = await DemoBroker.StartAsync(TopicPrefix + "/#", Hear, cancellationToken).ConfigureAwait(false);
        await using (broker.ConfigureAwait(false))
        {
            WebApplicationBuilder builder = DeviceHost.CreateBuilder(null, Settings(folder, once, broker.Port, port), systemFile: false);
            WebApplication app = builder.BuildDevice();
            await using (app.ConfigureAwait(false))
            {
                logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("RNNPool.Edge.Demo");
                LogBegin(logger, Directory.EnumerateFiles(folder).Count(), broker.Port, once ? "It ends by itself." : "Press Ctrl-C to stop.");
                await RunCommand.StartAsync(app, cancellationToken).ConfigureAwait(false);
                await RunCommand.WaitAsync(app, cancellationToken).ConfigureAwait(false);
            }

            // The last messages are still on their way through the broker.
            await Task.Delay(TimeSpan.FromMilliseconds(100), CancellationToken.None).ConfigureAwait(false);
        }

        int heard = Volatile.Read(ref events);
        Console.WriteLine(heard > 0 ? $"The demo ends; {heard} events went through the broker." : "The demo ends without any event.");
        return once && heard == 0 ? ExitCode.NothingFound : ExitCode.Ok;

        void Hear(string topic, string payload)
        {
            if (topic.EndsWith("/events", StringComparison.Ordinal)) Interlocked.Increment(ref events);
            if (logger is not null) LogHeard(logger, topic, payload.Length <= ShownPayload ? payload : string.Concat(payload.AsSpan(0, ShownPayload), "..."));
        }
    }

    private static KeyValuePair<string, string?>[] Settings(string folder, bool once, int brokerPort, int port) =>
    [
        new($"{CameraOptions.SectionName}:{nameof(CameraOptions.Source)}", $"images:{folder}?rate=5&loop={(once ? "false" : "true")}"),
        new($"{CameraOptions.SectionName}:{nameof(CameraOptions.Name)}", "demo"),
        new($"{PresenceOptions.SectionName}:{nameof(PresenceOptions.OffDelay)}", "00:00:01"),
        new($"{PresenceOptions.SectionName}:{nameof(PresenceOptions.UpdateInterval)}", "00:00:02"),
        new($"{MqttOptions.SectionName}:{nameof(MqttOptions.Host)}", "127.0.0.1"),
        new($"{MqttOptions.SectionName}:{nameof(MqttOptions.Port)}", $"{brokerPort}"),
        new($"{MqttOptions.SectionName}:{nameof(MqttOptions.TopicPrefix)}", TopicPrefix),
        new($"{GpioOptions.SectionName}:{nameof(GpioOptions.Pin)}", "17"),
        new($"{GpioOptions.SectionName}:{nameof(GpioOptions.Simulated)}", "true"),
        new($"{WebOptions.SectionName}:{nameof(WebOptions.Port)}", $"{port}"),
    ];

    [LoggerMessage(1600, LogLevel.Information, "The camera is a sequence of {Frames} pictures, the broker is at 127.0.0.1:{BrokerPort} within this process, the pin is simulated. {End}")]
    private static partial void LogBegin(ILogger logger, int frames, int brokerPort, string end);

    [LoggerMessage(1601, LogLevel.Information, "The broker passed on {Topic}: {Payload}")]
    private static partial void LogHeard(ILogger logger, string topic, string payload);
}
