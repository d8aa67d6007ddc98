using MQTTnet;
using MQTTnet.Protocol;
using RNNPool.Edge.Pipeline.Control;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Web.Stream;

namespace RNNPool.Edge.Tests.Sinks.Mqtt;

/// <summary>Commands of another client through a real broker.</summary>
public sealed class MqttCommandTests : IAsyncDisposable
{
    private readonly MqttFixture _mqtt = new();
    private readonly ControlsFixture _controls = new(TimeProvider.System);
    private IMqttClient? _commander;

    public async ValueTask DisposeAsync()
    {
        _commander?.Dispose();
        await _mqtt.DisposeAsync();
        _controls.Dispose();
    }

    [Fact]
    public async Task Detection_is_switched_and_the_state_topic_answers()
    {
        await using Mosquitto broker = await Mosquitto.StartAsync();
        DeviceControls controls = await OpenAsync(broker);
        await using Listener listener = await Listener.ConnectAsync(broker.Port, "test/door/detection");
        await Wait.UntilAsync(() => listener.Heard.Length == 1, "the retained state");
        Assert.Equal(("test/door/detection", "ON", true), listener.Heard[0]);

        await SendAsync("detection", "OFF");

        await Wait.UntilAsync(() => listener.On("test/door/detection").Length >= 2, "the answer");
        Assert.Equal("OFF", listener.Heard[1].Text);
        Assert.False(controls.DetectionEnabled);
        Assert.False(_controls.Start().DetectionEnabled);
    }

    [Fact]
    public async Task A_command_that_changes_nothing_is_answered_too()
    {
        await using Mosquitto broker = await Mosquitto.StartAsync();
        await OpenAsync(broker);
        await using Listener listener = await Listener.ConnectAsync(broker.Port, "test/door/detection");
        await Wait.UntilAsync(() => listener.Heard.Length == 1, "the retained state");

        await SendAsync("detection", "ON");

        await Wait.UntilAsync(() => listener.Heard.Length >= 2, "the answer");
    }

    [Fact]
    public async Task A_threshold_is_set_and_reset_and_a_bad_one_is_answered_with_the_one_in_force()
    {
        await using Mosquitto broker = await Mosquitto.StartAsync();
        DeviceControls controls = await OpenAsync(broker);
        await using Listener listener = await Listener.ConnectAsync(broker.Port, "test/door/threshold");

        await SendAsync("threshold", "0.75");
        await Wait.UntilAsync(() => listener.On("test/door/threshold").LastOrDefault() == "0.75", "0.75");
        Assert.Equal(0.75f, controls.EnterThreshold);
        int before = listener.Heard.Length;
        await SendAsync("threshold", "7");
        const string Ignored =
            "The MQTT command test/door/set/threshold was ignored: '7' was sent, and it must be a number from 0.05 to 0.99, or default.";
        await Wait.UntilAsync(() => _mqtt.Log.Warnings.Contains(Ignored), "the sentence", () => _mqtt.Log.Lines);
        await Wait.UntilAsync(() => listener.Heard.Length > before, "an answer");
        Assert.Equal("0.75", listener.Heard[^1].Text);

        await SendAsync("threshold", "default");
        await Wait.UntilAsync(() => listener.On("test/door/threshold").Last() == "0.6", "the configured one");
        Assert.Null(controls.EnterThreshold);
    }

    [Fact]
    public async Task Retained_commands_are_ignored_and_told()
    {
        await using Mosquitto broker = await Mosquitto.StartAsync();
        await using (Listener other = await Listener.ConnectAsync(broker.Port))
        {
            await ConnectCommanderAsync(broker);
            await SendAsync("detection", "OFF", retain: true);
            await Wait.UntilAsync(() => other.Heard.Length == 1, "the broker has it");
        }

        var controls = _controls.Start();
        await _mqtt.ConnectAsync(broker.Port, controls: controls);
        await Wait.UntilAsync(
            () =>
                _mqtt.Log.Warnings.Any(line =>
                    line.StartsWith("The MQTT command test/door/set/detection was ignored because it is retained", StringComparison.Ordinal)
                ),
            "the sentence",
            () => _mqtt.Log.Lines
        );

        Assert.True(controls.DetectionEnabled);
    }

    [Fact]
    public async Task A_flood_costs_little_and_the_last_word_counts()
    {
        await using Mosquitto broker = await Mosquitto.StartAsync();
        DeviceControls controls = await OpenAsync(broker);
        int changes = 0;
        controls.Changed += _ => Interlocked.Increment(ref changes);
        for (int i = 0; i < 1001; i++)
            await SendAsync("detection", i % 2 == 0 ? "OFF" : "ON", quality: MqttQualityOfServiceLevel.AtMostOnce);

        await SendAsync("threshold", "0.5");
        await Wait.UntilAsync(() => controls.EnterThreshold == 0.5f && !controls.DetectionEnabled, "the last word");

        Assert.InRange(Volatile.Read(ref changes), 1, 100);
    }

    [Fact]
    public async Task A_flood_of_nonsense_does_not_fill_the_log()
    {
        await using Mosquitto broker = await Mosquitto.StartAsync();
        DeviceControls controls = await OpenAsync(broker);
        for (int i = 0; i < 500; i++)
            await SendAsync("detection", $"nonsense {i}", quality: MqttQualityOfServiceLevel.AtMostOnce);
        await SendAsync("threshold", "0.5");
        await Wait.UntilAsync(() => controls.EnterThreshold == 0.5f, "it still listens");

        Assert.InRange(_mqtt.Log.Warnings.Count, 1, 20);
        Assert.True(controls.DetectionEnabled);
    }

    [Fact]
    public async Task A_huge_payload_does_not_reach_the_device()
    {
        await using Mosquitto broker = await Mosquitto.StartAsync();
        DeviceControls controls = await OpenAsync(broker);

        await SendAsync("detection", new string('x', 1_000_000), quality: MqttQualityOfServiceLevel.AtMostOnce);
        await SendAsync("detection", new string('y', 1000));
        await SendAsync("threshold", "0.5");
        await Wait.UntilAsync(() => controls.EnterThreshold == 0.5f, "it still listens", () => _mqtt.Log.Lines);

        Assert.Contains(_mqtt.Log.Warnings, line =>
            line.EndsWith("it is 1000 bytes long; the longest allowed is 64.", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_picture_is_published_only_where_pictures_are_allowed()
    {
        await using Mosquitto broker = await Mosquitto.StartAsync();
        await OpenAsync(broker);
        await using Listener listener = await Listener.ConnectAsync(broker.Port, "test/door/snapshot");

        await SendAsync("snapshot", "PRESS");

        await Wait.UntilAsync(
            () => _mqtt.Log.Warnings.Any(line => line == "No picture was published: Device:AllowImages is false."),
            "the sentence",
            () => _mqtt.Log.Lines
        );
        Assert.DoesNotContain(listener.Heard, message => message.Text.Length > 0);
    }

    [Fact]
    public async Task A_picture_is_published_on_request()
    {
        await using Mosquitto broker = await Mosquitto.StartAsync();
        await OpenAsync(broker, images: true);
        await using Listener listener = await Listener.ConnectAsync(broker.Port, "test/door/snapshot");

        await SendAsync("snapshot", "");
        await Wait.UntilAsync(() => _controls.Snapshots.Wanted, "a frame is wanted");
        using (Frame frame = new FramePool(1).Rent(320, 240, PixelFormat.Gray8))
            _controls.Snapshots.Offer(frame, [], ["face"]);

        await Wait.UntilAsync(() => listener.Heard.Length == 1, "the picture", () => _mqtt.Log.Lines);
        Assert.Contains("JFIF", listener.Heard[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pictures_of_an_earlier_run_go_where_pictures_are_forbidden_now()
    {
        await using Mosquitto broker = await Mosquitto.StartAsync();
        await ConnectCommanderAsync(broker);
        await _commander!.PublishStringAsync(
            "test/door/snapshot",
            "a face",
            MqttQualityOfServiceLevel.AtLeastOnce,
            retain: true,
            cancellationToken: TestContext.Current.CancellationToken
        );

        await _mqtt.ConnectAsync(broker.Port, controls: _controls.Start());

        await using Listener late = await Listener.ConnectAsync(broker.Port, "test/door/#");
        await Wait.UntilAsync(() => late.On("test/door/state").Length == 1, "retained states");
        Assert.Empty(late.On("test/door/snapshot"));
    }

    [Fact]
    public async Task Privacy_takes_the_last_picture_away()
    {
        await using Mosquitto broker = await Mosquitto.StartAsync();
        DeviceControls controls = await OpenAsync(broker, images: true);
        await _commander!.PublishStringAsync(
            "test/door/snapshot",
            "a face",
            MqttQualityOfServiceLevel.AtLeastOnce,
            retain: true,
            cancellationToken: TestContext.Current.CancellationToken
        );

        await using Listener listener = await Listener.ConnectAsync(broker.Port, "test/door/#");
        await Wait.UntilAsync(() => listener.On("test/door/snapshot").Length == 1, "the picture");

        controls.SetInputPrivacy(true, "gpio");

        await Wait.UntilAsync(() => listener.On("test/door/privacy").LastOrDefault() == "ON", "privacy");
        await Wait.UntilAsync(() => listener.On("test/door/snapshot").Last().Length == 0, "no picture");
    }

    private async Task<DeviceControls> OpenAsync(Mosquitto broker, bool images = false)
    {
        DeviceControls controls = _controls.Start();
        await _mqtt.ConnectAsync(broker.Port, controls: controls, images: images);
        await ConnectCommanderAsync(broker);
        return controls;
    }

    private async Task ConnectCommanderAsync(Mosquitto broker)
    {
        _commander = new MqttClientFactory().CreateMqttClient();
        await _commander.ConnectAsync(
            new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", broker.Port).Build(),
            TestContext.Current.CancellationToken
        );
    }

    private async Task SendAsync(
        string command,
        string payload,
        bool retain = false,
        MqttQualityOfServiceLevel quality = MqttQualityOfServiceLevel.AtLeastOnce
    ) => await _commander!.PublishStringAsync($"test/door/set/{command}", payload, quality, retain, TestContext.Current.CancellationToken);
}
