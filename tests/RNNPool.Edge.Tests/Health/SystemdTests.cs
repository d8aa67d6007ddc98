using System.Globalization;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Time.Testing;
using RNNPool.Edge.Core;
using RNNPool.Edge.Health;
using RNNPool.Edge.Health.Systemd;
using RNNPool.Edge.Tests.Cli;
using RNNPool.Edge.Tests.Support;

namespace RNNPool.Edge.Tests.Health;

public sealed class SystemdTests : IDisposable
{
    private readonly NotifyListener _manager = new();

    public void Dispose() => _manager.Dispose();

    [Fact]
    public async Task The_manager_hears_ready_status_and_stopping()
    {
        await using DeviceFixture device = await StartAsync(watchdog: null);
        await Wait.UntilAsync(
            () =>
                _manager.Messages.Any(message =>
                    message.StartsWith("STATUS=Running: ", StringComparison.Ordinal)
                    && message.EndsWith($" Page: {device.Client.BaseAddress!.GetLeftPart(UriPartial.Authority)}", StringComparison.Ordinal)
                ),
            "a status with the address of the page"
        );

        await device.StopAsync();

        await _manager.DrainAsync();
        Assert.Equal(1, _manager.Count("STOPPING=1"));
        Assert.Equal("READY=1", _manager.Messages[0]);
        Assert.Equal(0, _manager.Count("WATCHDOG=1"));
    }

    [Fact]
    public async Task The_watchdog_is_fed_three_times_in_its_time_while_frames_go_through()
    {
        await using DeviceFixture device = await StartAsync(TimeSpan.FromSeconds(30));
        await Wait.UntilAsync(() => _manager.Count("WATCHDOG=1") == 1, "the first sign of life");

        for (int i = 0; i < 30; i++)
            await device.FrameAsync(1);

        await _manager.DrainAsync();
        Assert.Equal(4, _manager.Count("WATCHDOG=1"));
    }

    [Fact]
    public async Task The_watchdog_is_not_fed_while_the_detector_hangs()
    {
        await using DeviceFixture device = await StartAsync(TimeSpan.FromSeconds(6));
        await device.FrameAsync(1);
        device.Detector.Hold();
        device.Camera.Frame();
        await Wait.UntilAsync(() => device.Detector.Calls == 2, "the detector is busy");
        for (int i = 0; i < 12; i++)
            await CaptureAsync(device, 1);
        await StatusAsync("STATUS=Unhealthy:");
        await _manager.DrainAsync();
        int before = _manager.Count("WATCHDOG=1");

        for (int i = 0; i < 10; i++)
            await CaptureAsync(device, 1);
        await _manager.DrainAsync();
        Assert.Equal(before, _manager.Count("WATCHDOG=1"));

        device.Detector.Release();
        await Wait.UntilAsync(() => device.Status.Inferences >= 2, "the detector continues");
        await Wait.AdvanceUntilAsync(
            device.Time,
            TimeSpan.FromSeconds(0.5),
            () => _manager.Count("WATCHDOG=1") > before,
            "the watchdog is fed again"
        );
    }

    [Fact]
    public async Task A_camera_that_is_lost_and_tried_again_does_not_starve_the_watchdog()
    {
        await using DeviceFixture device = await StartAsync(TimeSpan.FromSeconds(9));
        await device.FrameAsync(1);
        device.Camera.OnCreate = () => new RNNPool.Edge.Vision.Cameras.CameraException("fake: unplugged.");
        device.Camera.Throw(new RNNPool.Edge.Vision.Cameras.CameraException("fake: unplugged."));
        await Wait.UntilAsync(() => device.Status.CameraFailure is not null, "the camera is lost");

        await Wait.PassAsync(device.Time, TimeSpan.FromSeconds(1), 100);

        await StatusAsync("STATUS=Unhealthy:");
        await _manager.DrainAsync();
        Assert.True(_manager.Count("WATCHDOG=1") > 20, string.Join(' ', _manager.Messages));
    }

    [Fact]
    public async Task A_camera_that_never_closes_does_not_starve_the_watchdog()
    {
        await using DeviceFixture device = await StartAsync(TimeSpan.FromSeconds(9));
        await device.FrameAsync(1);
        (device.Camera.Closing, device.Camera.Stuck) = (new TaskCompletionSource().Task, "camera stuck: process 12 does not end.");
        device.Camera.Throw(new RNNPool.Edge.Vision.Cameras.CameraException("fake: unplugged."));
        await Wait.AdvanceUntilAsync(
            device.Time,
            TimeSpan.FromSeconds(1),
            () => device.Status.CameraFailure == device.Camera.Stuck,
            "the camera is stuck"
        );

        // Far longer than two attempts to open lie apart.
        int before = _manager.Count("WATCHDOG=1");
        await Wait.PassAsync(device.Time, TimeSpan.FromSeconds(1), 300);

        await _manager.DrainAsync();
        Assert.Equal(100, _manager.Count("WATCHDOG=1") - before, 1.0);
        Assert.Null(device.Service<PipelineLiveness>().FindStall());
        Assert.Equal(1, device.Camera.Created);
    }

    [Fact]
    public async Task A_loop_that_does_not_come_round_starves_the_watchdog_and_is_named()
    {
        var loop = new Loop();
        await using DeviceFixture device = await StartAsync(TimeSpan.FromSeconds(9), loop);
        await device.FrameAsync(1);
        Assert.Null(device.Service<PipelineLiveness>().FindStall());

        loop.Age = TimeSpan.FromSeconds(71);

        Assert.Contains("the test", device.Service<PipelineLiveness>().FindStall(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_slow_start_asks_for_more_time_but_not_for_ever()
    {
        var time = new FakeTimeProvider();
        using (new StartNotice(new ServiceManager(_manager), "Loading the model.", time))
        {
            for (int i = 0; i < 60; i++)
                time.Advance(TimeSpan.FromSeconds(5));
        }

        time.Advance(TimeSpan.FromSeconds(60));
        await _manager.DrainAsync();
        Assert.Equal("STATUS=Loading the model.", _manager.Messages[0]);
        Assert.InRange(_manager.Count("EXTEND_TIMEOUT_USEC=15000000"), 36, 37);
    }

    [Fact]
    public async Task A_real_process_tells_its_manager()
    {
        string program = CommandLine.Program;
        using CommandLine device = CommandLine.Start(
            program,
            ["run", "--camera", "synthetic:", "--port", "0"],
            ("NOTIFY_SOCKET", _manager.Path),
            ("WATCHDOG_USEC", "3000000")
        );

        await Wait.UntilAsync(() => _manager.Count("WATCHDOG=1") >= 3, "signs of life", () => _manager.Messages);
        device.Signal(CommandLine.Terminate);

        Assert.Equal(0, await device.ExitAsync());
        Assert.Equal(1, _manager.Count("READY=1"));
        Assert.Equal(1, _manager.Count("STOPPING=1"));
        Assert.Equal("STATUS=Loading the model.", _manager.Messages[0]);
    }

    [Theory]
    [InlineData("30000000", null, 30.0)]
    [InlineData("30000000", "own", 30.0)]
    [InlineData("30000000", "1", null)]
    [InlineData("0", null, null)]
    [InlineData("soon", null, null)]
    [InlineData(null, null, null)]
    public void The_watchdog_of_another_process_is_not_ours(string? time, string? process, double? seconds)
    {
        if (process == "own")
            process = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);

        var environment = ServiceEnvironment.Read(name =>
            name switch
            {
                "WATCHDOG_USEC" => time,
                "WATCHDOG_PID" => process,
                _ => null,
            }
        );

        Assert.Equal(seconds, environment.WatchdogTime?.TotalSeconds);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Without_a_manager_that_listens_messages_are_dropped(bool enabled)
    {
        var manager = new ServiceManager(new DeafManager(enabled));
        manager.Ready();
        manager.Status("two\nlines");
        manager.Watchdog();
        Assert.Equal(enabled, manager.IsConnected);
    }

    private static async Task CaptureAsync(DeviceFixture device, double seconds)
    {
        device.Time.Advance(TimeSpan.FromSeconds(seconds));
        long frames = device.Status.Frames;
        device.Camera.Frame();
        await Wait.UntilAsync(() => device.Status.Frames > frames, "a frame");
    }

    private Task StatusAsync(string start) =>
        Wait.UntilAsync(
            () => _manager.Messages.Any(message => message.StartsWith(start, StringComparison.Ordinal)),
            start,
            () => _manager.Messages
        );

    private Task<DeviceFixture> StartAsync(TimeSpan? watchdog, params IHeartbeat[] loops) =>
        DeviceFixture.StartAsync(services =>
        {
            foreach (IHeartbeat loop in loops)
                services.AddSingleton(loop);
            services.RemoveAll<ISystemdNotifier>().AddSingleton<ISystemdNotifier>(_manager);
            services.RemoveAll<ServiceEnvironment>().AddSingleton(new ServiceEnvironment(watchdog, Journal: false));
        });

    private sealed class Loop : IHeartbeat
    {
        public string Name => "the test";

        public TimeSpan Age { get; set; }

        public TimeSpan Limit => TimeSpan.FromSeconds(70);
    }

    private sealed class DeafManager(bool enabled) : ISystemdNotifier
    {
        public bool IsEnabled => enabled;

        public void Notify(ServiceState state) => throw new SocketException((int)SocketError.ConnectionRefused);
    }
}
