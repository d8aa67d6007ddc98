using System.Text.Json;
using RNNPool.Edge.Cli;
using RNNPool.Edge.Core;
using RNNPool.Edge.Host;
using RNNPool.Edge.Settings;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Tests.Support;

namespace RNNPool.Edge.Tests.Cli;

public sealed class ConfigCommandTests : IDisposable
{
    private const int Announced = 1200;

    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public async Task The_last_value_of_a_setting_counts()
    {
        (int code, string output, string error) = await CommandLine.InvokeAsync([
            "config",
            "show",
            "--set",
            "Detector:ScoreThreshold=0.3",
            "--set",
            "detector:scorethreshold=0.4",
        ]);

        Assert.Equal("", error);
        Assert.Equal(0, code);
        Assert.Matches(@"Detector:ScoreThreshold +0\.4 +command line", output);
    }

    [Fact]
    public async Task Show_tells_values_and_origins_and_hides_secrets()
    {
        File.WriteAllText(
            _file,
            """
            { "$schema": "./rnnpool-edge.schema.json",
              "Camera": { "Source": "ffmpeg:rtsp://admin:hunter2@camera.local/stream?x=a@b" },
              "Mqtt": { "Host": "broker", "Password": "hunter2", "PasswordFile": "/run/pw" },
              "Presence": { "Zones": [ { "Name": "yard", "Polygon": "0,0 1,0 1,1" } ] } }
            """
        );
        string program = CommandLine.Program;
        using CommandLine show = CommandLine.Start(
            program,
            ["config", "show", "--all", "--json", "--config", _file, "--set", "Web:Port=9"],
            ("RNNPOOL_EDGE_MQTT__PORT", "1884")
        );
        Assert.Equal(0, await show.ExitAsync());
        var settings = JsonDocument
            .Parse(show.Output)
            .RootElement.EnumerateArray()
            .ToDictionary(
                setting => setting.GetProperty("key").GetString()!,
                setting =>
                    (
                        setting.GetProperty("value").GetString(),
                        setting.GetProperty("origin").GetString(),
                        setting.GetProperty("applies").GetString()
                    )
            );

        Assert.DoesNotContain("hunter2", show.Output, StringComparison.Ordinal);
        Assert.Equal(("ffmpeg:rtsp://***", _file, "after a restart"), settings["Camera:Source"]);
        Assert.Equal(("***", _file, "after a restart"), settings["Mqtt:Password"]);
        Assert.Equal("/run/pw", settings["Mqtt:PasswordFile"].Item1);
        Assert.Equal(("1884", "environment", "after a restart"), settings["Mqtt:Port"]);
        Assert.Equal(("9", "command line", "after a restart"), settings["Web:Port"]);
        Assert.Equal(("yard", _file, "at once"), settings["Presence:Zones:0:Name"]);
        Assert.Equal(("0.6", "default", "at once"), settings["Presence:EnterThreshold"]);
        Assert.Equal(("00:00:10", "default", "at once"), settings["Health:MaxFrameAge"]);
    }

    [Fact]
    public async Task Check_says_that_settings_are_right_or_what_is_wrong()
    {
        File.WriteAllText(_file, """{ "Camera": { "Source": "synthetic:" } }""");
        (int good, string output, _) = await CommandLine.InvokeAsync("config", "check", "--config", _file);
        (int bad, _, string error) = await CommandLine.InvokeAsync(
            "config",
            "check",
            "--config",
            _file,
            "--set",
            "Presence:HistoryLength=2",
            "--set",
            "Web:Port=70000"
        );

        Assert.Equal(0, good);
        Assert.NotEmpty(output);
        Assert.Equal(4, bad);
        Assert.Contains("Presence:HistoryLength ", error, StringComparison.Ordinal);
        Assert.Contains("Web:Port ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Schema_prints_what_is_shipped()
    {
        (int code, string output, _) = await CommandLine.InvokeAsync("config", "schema");

        Assert.Equal(0, code);
        Assert.Equal(
            File.ReadAllText(Path.Combine(Samples.Root, "config/rnnpool-edge.schema.json")).TrimEnd(),
            output.ReplaceLineEndings("\n").TrimEnd()
        );
    }

    [Theory]
    [InlineData("Mqtt:Password", "x", "***")]
    [InlineData("Mqtt:Tls:KeyPassword", "x", "***")]
    [InlineData("Mqtt:Password", "", "")]
    [InlineData("Camera:Source", "images:/a@b", "images:/a@b")]
    [InlineData("Camera:Source", "ffmpeg:rtsp://u:p@h:554/s", "ffmpeg:rtsp://***@h:554/s")]
    [InlineData("Camera:Source", "ffmpeg:http://h/s?user=a&pwd=b#rate=5", "ffmpeg:http://h/s?***#rate=5")]
    [InlineData("Mqtt:PasswordFile", "/run/pw", "/run/pw")]
    [InlineData("Coprocessor:Endpoint", "serial:///dev/ttyACM0?baud=115200", "serial:///dev/ttyACM0?baud=115200")]
    public void Secrets_are_hidden(string key, string value, string shown) =>
        Assert.Equal(shown, DeviceHost.Settings.Schema.Mask(key, value));

    [Theory]
    [InlineData("90s", 90)]
    [InlineData("1.5min", 90)]
    [InlineData("2h", 7200)]
    [InlineData("1d", 86400)]
    public void Since_may_be_a_time_ago(string text, double seconds) =>
        Assert.Equal(Samples.Noon.AddSeconds(-seconds), EventsCommand.Since(text, Samples.Noon));

    [Fact]
    public async Task Events_are_read_while_the_device_writes_them()
    {
        using var state = new TemporaryFolder();
        using CommandLine device = CommandLine.Start(
            "run",
            "--camera",
            $"images:{Samples.Root}/samples/demo?rate=10&loop=true",
            "--port",
            "0",
            "--set",
            $"Device:StateFolder={state.Path}"
        );
        using CommandLine? follow = await FollowAsync(device, state.Path);
        await Wait.UntilAsync(
            () => follow.Output.Contains("  update  ", StringComparison.Ordinal),
            "an update",
            () => [follow.Output, follow.Error, device.Error]
        );

        (int code, string output, _) = await CommandLine.InvokeAsync(
            "events",
            "--json",
            "--since",
            "1h",
            "--limit",
            "1",
            "--set",
            $"Device:StateFolder={state.Path}"
        );
        follow.Signal(CommandLine.Interrupt);
        int followed = await follow.ExitAsync();
        device.Signal(CommandLine.Terminate);
        await device.ExitAsync();

        Assert.Equal(0, code);
        Assert.Equal("face", JsonDocument.Parse(output).RootElement.GetProperty("label").GetString());
        Assert.Contains(followed, new[] { 0, 130 });
    }

    [Fact]
    public async Task Without_a_journal_events_says_where_it_looked()
    {
        (int code, _, string error) = await CommandLine.InvokeAsync("events", "--set", "Device:StateFolder=/nonexistent");

        Assert.Equal(1, code);
        Sentence.AssertNames(error, "error: |/nonexistent");
    }

    private static async Task<CommandLine> FollowAsync(CommandLine device, string state)
    {
        await Wait.UntilAsync(() => device.Logged(Announced).Length > 0, "a face", () => [device.Output, device.Error]);
        return CommandLine.Start("events", "--follow", "--set", $"Device:StateFolder={state}");
    }
}
