using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RNNPool.Edge.Cli;
using RNNPool.Edge.Core;
using RNNPool.Edge.Events;
using RNNPool.Edge.Hardware.Gpio;
using RNNPool.Edge.Host;
using RNNPool.Edge.Pipeline.Control;
using RNNPool.Edge.Sinks.Gpio;
using RNNPool.Edge.Tests.Cli;
using RNNPool.Edge.Tests.Pipeline.Inference;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Vision.Cameras;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Tests.Sinks.Gpio;

/// <summary>The pins of a whole device, on chips of the test's making and in virtual time.</summary>
public sealed class PinServiceTests
{
    private readonly FakeGpio _gpio = new();

    [Fact]
    public async Task Outputs_show_occupancy_zones_and_labels_each_for_itself()
    {
        await using DeviceFixture device = await StartAsync(
            ("Presence:Zones:0:Name", "porch"),
            ("Presence:Zones:0:Polygon", "0,0 1,0 1,1"),
            ("Gpio:Outputs:0:Pin", "1"),
            ("Gpio:Outputs:1:Pin", "2"),
            ("Gpio:Outputs:1:Source", "zone:porch"),
            ("Gpio:Outputs:2:Pin", "3"),
            ("Gpio:Outputs:2:Source", "label:person"),
            ("Gpio:Outputs:3:Pin", "4"),
            ("Gpio:Outputs:3:ActiveLow", "true")
        );
        Assert.Equal([false, false, false, true], Levels(1, 2, 3, 4));

        device.Occupancy.Apply(Samples.Event());
        await Wait.UntilAsync(() => Levels(1, 2, 3, 4) is [true, false, false, false], "occupied");
        device.Occupancy.Apply(Samples.Event(id: "b", label: "person") with { Zones = ["porch"] });
        await Wait.UntilAsync(() => Levels(1, 2, 3, 4) is [true, true, true, false], "a person in the zone");
        device.Occupancy.Apply(Samples.Event(PresenceEventKind.Update, "b", "person"));
        await Wait.UntilAsync(() => Levels(1, 2, 3, 4) is [true, false, true, false], "the person has left the zone");
        device.Occupancy.Apply(Samples.Event(PresenceEventKind.End));
        device.Occupancy.Apply(Samples.Event(PresenceEventKind.End, "b", "person"));
        await Wait.UntilAsync(() => Levels(1, 2, 3, 4) is [false, false, false, true], "free again");
    }

    [Fact]
    public async Task An_output_shows_the_device_or_the_camera_that_it_names()
    {
        await using DeviceFixture device = await StartAsync(
            ("Camera:Name", "door"),
            ("Cameras:yard:Source", "synthetic:"),
            ("Cameras:yard:Zones:0:Name", "lawn"),
            ("Cameras:yard:Zones:0:Polygon", "0,0 1,0 1,1"),
            ("Gpio:Outputs:0:Pin", "1"),
            ("Gpio:Outputs:1:Pin", "2"),
            ("Gpio:Outputs:1:Camera", "door"),
            ("Gpio:Outputs:2:Pin", "3"),
            ("Gpio:Outputs:2:Camera", "yard"),
            ("Gpio:Outputs:2:Source", "label:person"),
            ("Gpio:Outputs:3:Pin", "4"),
            ("Gpio:Outputs:3:Source", "zone:lawn")
        );
        Assert.Equal([false, false, false, false], Levels(1, 2, 3, 4));

        device.Occupancy.Apply(Samples.Event(id: "a", label: "person") with { Camera = "yard", Zones = ["lawn"] });
        await Wait.UntilAsync(() => Levels(1, 2, 3, 4) is [true, false, true, true], "a person in the yard");
        device.Occupancy.Apply(Samples.Event(id: "b") with { Camera = "door" });
        await Wait.UntilAsync(() => Levels(1, 2, 3, 4) is [true, true, true, true], "a face at the door");
        device.Occupancy.Apply(Samples.Event(PresenceEventKind.End, "a", "person") with { Camera = "yard" });
        await Wait.UntilAsync(() => Levels(1, 2, 3, 4) is [true, true, false, false], "the yard is free");
        device.Occupancy.Apply(Samples.Event(PresenceEventKind.End, "b") with { Camera = "door" });
        await Wait.UntilAsync(() => Levels(1, 2, 3, 4) is [false, false, false, false], "both are free");
    }

    [Fact]
    public async Task The_time_from_frame_to_pin_is_monotonic()
    {
        await using DeviceFixture device = await StartAsync(("Gpio:Outputs:0:Pin", "1"));
        FrameTime captured = FrameTime.Now(device.Time);
        device.Time.Advance(TimeSpan.FromMilliseconds(20));
        device.Time.Jump(TimeSpan.FromHours(1));

        device.Occupancy.Apply(Samples.Event() with { Time = captured.Wall.UtcDateTime, MonotonicTime = captured.Monotonic });

        await Wait.UntilAsync(() => device.Service<GpioStatus>().Report!.Changes == 1, "the change of the pin");
        Assert.Equal(20, device.Service<GpioStatus>().Report!.FrameToPinMsP50);
    }

    [Fact]
    public async Task A_pulse_ends_by_itself()
    {
        await using DeviceFixture device = await StartAsync(
            ("Gpio:Outputs:0:Pin", "1"),
            ("Gpio:Outputs:0:Pattern", "Pulse"),
            ("Gpio:Outputs:0:Duration", "00:00:02")
        );
        device.Occupancy.Apply(Samples.Event());
        await Wait.UntilAsync(() => _gpio.Level(1), "the pulse begins");

        await Wait.FallsDueAsync(device.Time, TimeSpan.FromSeconds(0.1), 1.9, 3, () => !_gpio.Level(1), "the pulse ends");
    }

    [Fact]
    public async Task The_heartbeat_blinks_while_the_device_works_and_stops_when_it_does_not_which_the_error_pin_shows()
    {
        await using DeviceFixture device = await StartAsync(
            ("Gpio:Outputs:0:Pin", "1"),
            ("Gpio:Outputs:0:Source", "heartbeat"),
            ("Gpio:Outputs:1:Pin", "2"),
            ("Gpio:Outputs:1:Source", "error")
        );
        await device.FrameAsync();
        await Wait.AdvanceUntilAsync(
            device.Time,
            TimeSpan.FromSeconds(0.1),
            () => _gpio.LevelsOf(1).Count(level => level == "high") >= 3,
            "three beats"
        );
        Assert.False(_gpio.Level(2));

        device.Camera.OnCreate = () => new CameraException("fake: gone.");
        device.Camera.Throw(new CameraException("fake: unplugged."));
        await Wait.AdvanceUntilAsync(device.Time, TimeSpan.FromSeconds(0.2), () => _gpio.Level(2), "the error pin");
        int beats = _gpio.LevelsOf(1).Length;
        await PassAsync(device, 5);

        Assert.InRange(_gpio.LevelsOf(1).Length - beats, 0, 1);
        Assert.False(_gpio.Level(1));
    }

    [Fact]
    public async Task Switched_off_detection_is_shown()
    {
        await using DeviceFixture device = await StartAsync(("Gpio:Outputs:0:Pin", "1"), ("Gpio:Outputs:0:Source", "detection-on"));
        Assert.True(_gpio.Level(1));

        device.Service<DeviceControls>().SetDetection(false, "test");

        await Wait.UntilAsync(() => !_gpio.Level(1), "off");
    }

    [Theory]
    [InlineData("Privacy", "false", false, true)]
    [InlineData("Privacy", "true", true, false)]
    [InlineData("Arming", "false", true, false)]
    [InlineData("Arming", "true", false, true)]
    public async Task An_input_decides_from_the_start_and_after_its_debounce(
        string function,
        string activeLow,
        bool allowing,
        bool forbidding
    )
    {
        _gpio.Drive(5, forbidding);
        await using DeviceFixture device = await StartAsync(
            ("Gpio:Inputs:0:Pin", "5"),
            ("Gpio:Inputs:0:Function", function),
            ("Gpio:Inputs:0:ActiveLow", activeLow),
            ("Gpio:Inputs:0:Debounce", "00:00:01")
        );
        var controls = device.Service<DeviceControls>();
        Assert.False(controls.Active);

        _gpio.Drive(5, allowing);
        await Wait.FallsDueAsync(device.Time, TimeSpan.FromSeconds(0.1), 1, 3, () => controls.Active, "allowed");

        // A glitch shorter than the debounce time has no effect.
        for (int i = 0; i < 10; i++)
        {
            _gpio.Drive(5, forbidding);
            await PassAsync(device, 0.25);
            _gpio.Drive(5, allowing);
            await PassAsync(device, 0.25);
        }

        Assert.True(controls.Active);
        _gpio.Drive(5, forbidding);
        await Wait.AdvanceUntilAsync(device.Time, TimeSpan.FromSeconds(0.1), () => !controls.Active, "forbidden");
        Assert.True(controls.InputPrivacy);
    }

    [Theory]
    [InlineData(true, 8)]
    [InlineData(false, 250)]
    public async Task An_input_of_a_chip_that_reports_edges_is_hardly_read_between_them(bool reportsEdges, int mostReads)
    {
        var gpio = new FakeGpio { ReportsEdges = reportsEdges };
        await using DeviceFixture device = await DeviceFixture.StartAsync(
            services => services.AddSingleton<IGpioChips>(gpio),
            ("Gpio:Inputs:0:Pin", "5")
        );
        await PassAsync(device, 5);

        Assert.InRange(gpio.Reads, reportsEdges ? 1 : mostReads / 10, mostReads);
        gpio.Drive(5, high: true);
        await Wait.AdvanceUntilAsync(device.Time, TimeSpan.FromSeconds(0.02), () => !device.Service<DeviceControls>().Active, "forbidden");
    }

    [Fact]
    public async Task An_input_that_cannot_be_read_forbids_says_so_and_is_tried_again()
    {
        _gpio.Failure = new GpioException("GPIO5 is in use by 'other'.");
        await using DeviceFixture device = await StartAsync(("Gpio:Inputs:0:Pin", "5"));
        var controls = device.Service<DeviceControls>();
        Assert.False(controls.Active);
        Assert.Equal("GPIO5 is in use by 'other'.", device.Service<GpioStatus>().Degradation);

        _gpio.Failure = null;
        await Wait.FallsDueAsync(device.Time, TimeSpan.FromSeconds(0.1), 0.9, 3, () => controls.Active, "it can be read");
        Assert.Null(device.Service<GpioStatus>().Degradation);

        // Lost while it is open: forbidden at once.
        _gpio.Failure = new GpioException("GPIO5 cannot be read any more: No such device.");
        await Wait.AdvanceUntilAsync(device.Time, TimeSpan.FromSeconds(0.05), () => !controls.Active, "it is lost");
    }

    [Fact]
    public async Task An_output_that_cannot_be_opened_or_is_lost_is_tried_again_and_shows_what_holds_then()
    {
        _gpio.Failure = new GpioException("GPIO1 is in use by 'other'.");
        await using DeviceFixture device = await StartAsync(("Gpio:Outputs:0:Pin", "1"));
        device.Occupancy.Apply(Samples.Event());
        await Wait.UntilAsync(() => device.Service<GpioStatus>().Degradation is not null, "health reports it");
        Assert.Empty(_gpio.Trace);

        _gpio.Failure = null;
        await Wait.AdvanceUntilAsync(device.Time, TimeSpan.FromSeconds(0.1), () => _gpio.Level(1), "opened and on");
        Assert.Equal(["open low", "high"], _gpio.LevelsOf(1));

        _gpio.Failure = new GpioException("GPIO1 cannot be driven any more: No such device.");
        device.Occupancy.Apply(Samples.Event(PresenceEventKind.End));
        await Wait.UntilAsync(() => device.Service<GpioStatus>().Degradation is not null, "lost");
        _gpio.Failure = null;
        await Wait.AdvanceUntilAsync(device.Time, TimeSpan.FromSeconds(0.1), () => _gpio.IsHeld(1) && !_gpio.Level(1), "opened again");
        Assert.Null(device.Service<GpioStatus>().Degradation);
    }

    [Fact]
    public async Task A_loop_that_throws_is_shown_in_health_and_restarts()
    {
        await using DeviceFixture device = await StartAsync(("Gpio:Outputs:0:Pin", "1"));
        var loops = device.Service<LoopSupervisor>();
        _gpio.Failure = new InvalidOperationException("injected");
        device.Occupancy.Apply(Samples.Event());
        await Wait.UntilAsync(() => loops.Degradation is not null, "the fault");
        Assert.Contains("gpio", loops.Degradation, StringComparison.Ordinal);

        _gpio.Failure = null;
        await Wait.AdvanceUntilAsync(device.Time, TimeSpan.FromSeconds(0.25), () => _gpio.Level(1), "the loop drives the pin");

        Assert.Null(loops.Degradation);
        Assert.Equal(1, loops.Restarts);
    }

    [Fact]
    public async Task A_stop_brings_every_pin_to_rest_even_when_the_pipeline_hangs()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync(
            services =>
                services
                    .AddSingleton<IGpioChips>(_gpio)
                    .PostConfigure<HostOptions>(options => options.ShutdownTimeout = DeviceHost.ShutdownTime),
            ("Gpio:Outputs:0:Pin", "1"),
            ("Gpio:Outputs:1:Pin", "2"),
            ("Gpio:Outputs:1:ActiveLow", "true"),
            ("Gpio:Inputs:0:Pin", "5")
        );
        device.Occupancy.Apply(Samples.Event());
        await Wait.UntilAsync(() => Levels(1, 2) is [true, false], "on");

        // A detector that ignores cancellation.
        using var wedge = new ManualResetEventSlim();
        device.Detector.Block = wedge;
        device.Camera.Frame();
        await Wait.UntilAsync(() => device.Detector.Calls == 1, "the detector hangs");
        Task stop = device.StopAsync();
        await Wait.UntilAsync(() => !_gpio.IsHeld(1) && !_gpio.IsHeld(2) && !_gpio.IsHeld(5), "the lines are free");

        Assert.Equal([false, true], Levels(1, 2));
        Assert.Equal(["low", "release"], _gpio.LevelsOf(1)[^2..]);
        Assert.Equal(["high", "release"], _gpio.LevelsOf(2)[^2..]);
        wedge.Set();
        await stop;
    }

    [Fact]
    public async Task The_way_from_a_frame_to_a_pin_is_timed_and_the_state_shows_the_pins()
    {
        await using DeviceFixture device = await StartAsync(
            ("Gpio:Outputs:0:Pin", "J8:11"),
            ("Gpio:Outputs:0:Drive", "OpenDrain"),
            ("Gpio:Outputs:0:Bias", "Up"),
            ("Presence:HistoryLength", "1")
        );
        device.Detector.Found = [FakeDetector.Face()];
        await device.FrameAsync();
        await Wait.UntilAsync(() => device.Service<GpioStatus>().Report is { Changes: 1 }, "the change is counted");

        string text = await device.Client.GetStringAsync(new Uri("/api/state", UriKind.Relative), TestContext.Current.CancellationToken);
        JsonElement gpio = JsonDocument.Parse(text).RootElement.GetProperty("gpio"),
            pin = gpio.GetProperty("outputs")[0];

        Assert.Equal(["open low OpenDrain Up", "high"], _gpio.LevelsOf(17));
        Assert.Equal(
            ("J8:11", "occupancy", true, JsonValueKind.Null),
            (
                pin.GetProperty("pin").GetString(),
                pin.GetProperty("role").GetString(),
                pin.GetProperty("on").GetBoolean(),
                pin.GetProperty("failure").ValueKind
            )
        );
        Assert.Equal(0, gpio.GetProperty("frameToPinMsP50").GetDouble());
        Assert.Equal(0, gpio.GetProperty("frameToPinMsP99").GetDouble());
        string metrics = await device.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Contains("rnnpool_edge_gpio_frame_to_pin_seconds_count 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains("rnnpool_edge_gpio_pins_failed 0\n", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Simulated_pins_rest_and_forbid_nothing()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync(
            null,
            ("Gpio:Simulated", "true"),
            ("Gpio:Outputs:0:Pin", "17"),
            ("Gpio:Inputs:0:Pin", "5"),
            ("Gpio:Inputs:1:Pin", "6"),
            ("Gpio:Inputs:1:Function", "Arming")
        );

        Assert.True(device.Service<DeviceControls>().Active);
        Assert.Null(device.Service<GpioStatus>().Degradation);
    }

    [Fact]
    public async Task Without_a_chip_the_doctor_says_how_to_go_on()
    {
        if (Directory.EnumerateFiles("/dev", "gpiochip*").Any())
            return;

        (int code, string output, _) = await CommandLine.InvokeAsync(
            "doctor",
            "--json",
            "--camera",
            "synthetic:",
            "--gpio",
            "17",
            "--port",
            "0"
        );

        Assert.Equal(1, code);
        JsonElement check = JsonDocument
            .Parse(output)
            .RootElement.EnumerateArray()
            .Single(check => check.GetProperty("check").GetString() == "gpio");
        Assert.Equal("failed", check.GetProperty("outcome").GetString());
        Assert.Contains("Gpio:Simulated", check.GetProperty("finding").GetString(), StringComparison.Ordinal);
    }

    private Task<DeviceFixture> StartAsync(params (string Key, string Value)[] settings) =>
        DeviceFixture.StartAsync(services => services.AddSingleton<IGpioChips>(_gpio), settings);

    private bool[] Levels(params int[] lines) => [.. lines.Select(_gpio.Level)];

    private static Task PassAsync(DeviceFixture device, double seconds) => Wait.PassAsync(device.Time, TimeSpan.FromSeconds(0.05), seconds);
}
