using MQTTnet;
using MQTTnet.Protocol;
using RNNPool.Edge.Core;
using RNNPool.Edge.Pipeline;
using RNNPool.Edge.Pipeline.Control;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Presence;
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
        await Wait.UntilAsync(() => _mqtt.Log.Events.Contains(1330), "the warning", () => _mqtt.Log.Lines);
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
        await Wait.UntilAsync(() => _mqtt.Log.Events.Contains(1331), "the sentence", () => _mqtt.Log.Lines);

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

        Assert.Contains("1000", Assert.Single(_mqtt.Log.WithId(1330)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_picture_is_published_only_where_pictures_are_allowed()
    {
        await using Mosquitto broker = await Mosquitto.StartAsync();
        await OpenAsync(broker);
        await using Listener listener = await Listener.ConnectAsync(broker.Port, "test/door/snapshot");

        await SendAsync("snapshot", "PRESS");

        await Wait.UntilAsync(
            () => _mqtt.Log.WithId(1332).Any(logged => logged.Text.Contains("Device:AllowImages", StringComparison.Ordinal)),
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
        await Wait.UntilAsync(() => _mqtt.Cameras[0].Snapshots.Wanted, "a frame is wanted");
        using (Frame frame = new FramePool(1).Rent(320, 240, PixelFormat.Gray8))
            _mqtt.Cameras[0].Snapshots.Offer(frame, [], ["face"]);

        await Wait.UntilAsync(() => listener.Heard.Length == 1, "the picture", () => _mqtt.Log.Lines);
        Assert.Contains("JFIF", listener.Heard[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_camera_has_a_topic_for_its_picture()
    {
        _mqtt.CameraNames = ["door", "garden"];
        await using Mosquitto broker = await Mosquitto.StartAsync();
        await OpenAsync(broker, images: true);
        await using Listener listener = await Listener.ConnectAsync(broker.Port, "test/door/#");

        await SendAsync("snapshot", "");
        foreach (CameraPorts camera in _mqtt.Cameras)
        {
            await Wait.UntilAsync(() => camera.Snapshots.Wanted, "a frame is wanted");
            using Frame frame = new FramePool(1).Rent(320, 240, PixelFormat.Gray8);
            camera.Snapshots.Offer(frame, [], ["face"]);
        }

        await Wait.UntilAsync(() => listener.On("test/door/snapshot").Length == 1, "the picture of the first camera");
        await Wait.UntilAsync(() => listener.On("test/door/camera/garden/snapshot").Length == 1, "the picture of the second camera");
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
    public async Task The_last_picture_is_removed_within_a_second_after_pictures_are_forbidden()
    {
        await using Mosquitto broker = await Mosquitto.StartAsync();
        await OpenAsync(broker, images: true);
        await PublishPictureAsync(broker);
        await using Listener listener = await Listener.ConnectAsync(broker.Port, "test/door/snapshot");
        await Wait.UntilAsync(() => listener.Heard is [{ Text.Length: > 0 }], "the retained picture");

        long start = TimeProvider.System.GetTimestamp();
        _mqtt.Device.Current = new DeviceOptions { AllowImages = false };
        await Wait.UntilAsync(() => listener.Heard is [.., { Text.Length: 0 }], "the removal");

        Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(1));
        await using Listener late = await Listener.ConnectAsync(broker.Port, "test/door/#");
        await late.DrainAsync();
        Assert.Empty(late.On("test/door/snapshot"));
    }

    [Fact]
    public async Task Without_a_connection_the_last_picture_is_removed_by_the_first_message_of_the_next_one()
    {
        var client = new FakeMqttClient();
        _mqtt.Device.Current = new DeviceOptions { AllowImages = true };
        MqttTestDevice device = _mqtt.Create(1883, controls: _controls.Start(), client: client);
        await device.Sink.OpenAsync(TestContext.Current.CancellationToken);
        await Wait.UntilAsync(() => device.Status.Connected, "connected");
        Assert.True(device.Snapshots!.TryPublish("door", "picture"u8.ToArray()));
        await Wait.UntilAsync(() => client.Published.Any(message => message.Topic == "test/door/snapshot"), "the picture");
        client.Refusal = new IOException("The test refuses connections.");
        await client.EndAsync(MqttClientDisconnectReason.ServerShuttingDown);
        await Wait.UntilAsync(() => !device.Status.Connected, "the connection is lost");

        _mqtt.Device.Current = new DeviceOptions { AllowImages = false };
        Assert.False(device.Snapshots.TryPublish("door", "picture"u8.ToArray()));
        int before = client.Published.Count;
        client.Refusal = null;
        await Wait.UntilAsync(() => device.Status.Connected, "connected again");

        MqttApplicationMessage first = client.Published[before];
        Assert.Equal(("test/door/snapshot", true, 0L), (first.Topic, first.Retain, first.Payload.Length));
    }

    [Fact]
    public async Task The_threshold_topic_follows_the_live_setting()
    {
        await using Mosquitto broker = await Mosquitto.StartAsync();
        DeviceControls controls = await OpenAsync(broker);
        await using Listener listener = await Listener.ConnectAsync(broker.Port, "test/door/threshold");
        await Wait.UntilAsync(() => listener.On("test/door/threshold") is ["0.6"], "the configured threshold");

        _mqtt.Presence.Current = new PresenceOptions { EnterThreshold = 0.7f };
        await Wait.UntilAsync(() => listener.On("test/door/threshold") is [.., "0.7"], "the new threshold");

        // A threshold that was set by a command takes precedence.
        controls.SetEnterThreshold(0.5f, "test");
        await Wait.UntilAsync(() => listener.On("test/door/threshold") is [.., "0.5"], "the threshold of the command");
        _mqtt.Presence.Current = new PresenceOptions { EnterThreshold = 0.8f };
        controls.SetDetection(false, "test");
        controls.SetEnterThreshold(null, "test");
        await Wait.UntilAsync(() => listener.On("test/door/threshold") is [.., "0.5", "0.8"], "the setting again");
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

    private async Task PublishPictureAsync(Mosquitto broker)
    {
        await using Listener listener = await Listener.ConnectAsync(broker.Port, "test/door/snapshot");
        await SendAsync("snapshot", "");
        await Wait.UntilAsync(() => _mqtt.Cameras[0].Snapshots.Wanted, "a frame is wanted");
        using (Frame frame = new FramePool(1).Rent(320, 240, PixelFormat.Gray8))
            _mqtt.Cameras[0].Snapshots.Offer(frame, [], ["face"]);
        await Wait.UntilAsync(() => listener.Heard.Length > 0, "the picture", () => _mqtt.Log.Lines);
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
