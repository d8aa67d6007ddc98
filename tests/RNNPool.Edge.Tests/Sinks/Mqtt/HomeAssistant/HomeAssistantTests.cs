using System.Text.Json;
using RNNPool.Edge.Core;
using RNNPool.Edge.Tests.Cli;
using RNNPool.Edge.Tests.Sinks.Mqtt;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Web.Stream;

namespace RNNPool.Edge.Tests.Sinks.Mqtt.HomeAssistant;

/// <summary>The program as a process with a real broker, as Home Assistant would see it.</summary>
public sealed class HomeAssistantTests : IDisposable
{
    private readonly string _state = Directory.CreateTempSubdirectory("homeassistant-").FullName;

    public void Dispose() => Directory.Delete(_state, recursive: true);

    [Fact]
    public async Task Whoever_comes_late_finds_the_device_and_a_value_for_every_entity()
    {
        await using Mosquitto broker = await Mosquitto.StartAsync();
        using CommandLine device = Start(
            broker,
            "--set",
            "Device:Name=Front door",
            "--set",
            "Presence:Zones:0:Name=porch",
            "--set",
            "Presence:Zones:0:Polygon=0,0 1,0 1,1 0,1",
            "--set",
            "Button:Pin=4",
            "--set",
            "Button:Simulated=true",
            "--set",
            "Pir:Pin=23",
            "--set",
            "Pir:Simulated=true",
            "--set",
            "LightSensor:Enabled=true",
            "--set",
            "LightSensor:Simulated=true"
        );
        await OnlineAsync(broker, device);
        await using Listener late = await Listener.ConnectAsync(broker.Port);
        await Wait.UntilAsync(
            () =>
                late.On("t/diagnostics").Length > 0
                && late.On("t/health").Length > 0
                && late.Heard.Any(message => message.Topic.EndsWith("/config", StringComparison.Ordinal)),
            "retained messages",
            () => [device.Output, device.Error]
        );

        (string topic, string text, bool retained) = Assert.Single(late.Heard, message =>
            message.Topic.StartsWith("homeassistant/", StringComparison.Ordinal)
        );
        Assert.True(retained);
        var components = HomeAssistantRules.Check(topic, text);
        Assert.Equal(
            [
                "button",
                "count",
                "cpu_temperature",
                "detection",
                "dropped_events",
                "frame_age",
                "frame_rate",
                "illuminance",
                "inference_rate",
                "inference_time",
                "last_boot",
                "last_start",
                "model_version",
                "occupancy",
                "picture_fault",
                "pir",
                "presence",
                "privacy",
                "problem",
                "program_version",
                "restart",
                "threshold",
                "trigger_arrived",
                "trigger_left",
                "trigger_zone_entered_porch",
                "trigger_zone_left_porch",
                "waiting_events",
                "zone_porch",
                "zone_porch_count",
            ],
            components.Keys.Order(StringComparer.Ordinal)
        );
        foreach ((string key, Dictionary<string, JsonElement> options) in components)
        {
            if (options["platform"].GetString() == "event" || !options.TryGetValue("state_topic", out JsonElement stateTopic))
                continue;
            string value = late.On(stateTopic.GetString()!).FirstOrDefault()
                ?? throw new InvalidOperationException($"{key} has no state at {stateTopic}");
            if (options.TryGetValue("value_template", out JsonElement template))
                CheckTemplate(template.GetString()!, value);
        }

        Assert.Equal(["ON"], late.On("t/detection"));
        Assert.Equal(["0.6"], late.On("t/threshold"));
        Assert.True(JsonDocument.Parse(late.On("t/health")[0]).RootElement.GetProperty("healthy").GetBoolean());
    }

    [Fact]
    public async Task Remove_takes_everything_away_once_the_device_is_stopped()
    {
        await using Mosquitto broker = await Mosquitto.StartAsync();
        string[] where =
        [
            "--mqtt",
            "127.0.0.1",
            "--set",
            $"Mqtt:Port={broker.Port}",
            "--set",
            "Mqtt:TopicPrefix=t",
            "--set",
            $"Device:StateFolder={_state}",
        ];
        using (CommandLine device = Start(broker))
        {
            await OnlineAsync(broker, device);
            (int refused, _, string error) = await CommandLine.InvokeAsync(["mqtt", "remove", .. where]);
            Assert.Equal(1, refused);
            Assert.Contains("t/availability", error, StringComparison.Ordinal);
            device.Signal(CommandLine.Interrupt);
            Assert.Equal(0, await device.ExitAsync());
        }

        await using (Listener before = await Listener.ConnectAsync(broker.Port))
            await Wait.UntilAsync(() => before.Heard.Length > 5, "retained messages");

        (int code, string output, string problem) = await CommandLine.InvokeAsync(["mqtt", "remove", .. where]);

        Assert.True(code == 0, problem);
        Assert.StartsWith("Removed ", output, StringComparison.Ordinal);
        await using Listener late = await Listener.ConnectAsync(broker.Port);
        await late.DrainAsync();
        Assert.Empty(late.Heard);
    }

    [Fact]
    public async Task Remove_without_a_broker_is_one_sentence()
    {
        (int none, _, string unset) = await CommandLine.InvokeAsync("mqtt", "remove");
        (int gone, _, string error) = await CommandLine.InvokeAsync("mqtt", "remove", "--mqtt", "127.0.0.1", "--set", "Mqtt:Port=1");

        Assert.Equal((4, 1), (none, gone));
        Assert.Contains("--mqtt", unset, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1:1", error, StringComparison.Ordinal);
    }

    // Every field that a template names must be in the JSON that it is for.
    private static void CheckTemplate(string template, string value)
    {
        JsonElement json = JsonDocument.Parse(value).RootElement;
        foreach (string part in template.Split("value_json.").Skip(1))
        {
            string field = new([.. part.TakeWhile(char.IsAsciiLetterOrDigit)]);
            Assert.True(json.TryGetProperty(field, out _), $"{template} names {field}, which is not in {value}");
        }
    }

    private static async Task OnlineAsync(Mosquitto broker, CommandLine device)
    {
        await using Listener listener = await Listener.ConnectAsync(broker.Port, "t/#");
        await Wait.UntilAsync(
            () => listener.On("t/availability").LastOrDefault() == "online",
            "online",
            () => [device.Output, device.Error]
        );
    }

    private CommandLine Start(Mosquitto broker, params string[] more) =>
        CommandLine.Start([
            "run",
            "--camera",
            "synthetic:",
            "--port",
            "0",
            "--mqtt",
            "127.0.0.1",
            "--set",
            $"Mqtt:Port={broker.Port}",
            "--set",
            "Mqtt:TopicPrefix=t",
            "--set",
            $"Device:StateFolder={_state}",
            .. more,
        ]);
}
