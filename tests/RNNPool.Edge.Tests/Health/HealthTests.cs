using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using RNNPool.Edge.Cli;
using RNNPool.Edge.Core;
using RNNPool.Edge.Health;
using RNNPool.Edge.Pipeline.Control;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Tests.Pipeline.Inference;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Tests.Health;

public sealed class HealthTests
{
    [Fact]
    public async Task A_part_that_fails_is_told_once_and_again_when_it_recovers()
    {
        var part = new Part();
        await using DeviceFixture device = await DeviceFixture.StartAsync(services => services.AddSingleton<IHealthSource>(part));
        var monitor = device.Service<HealthMonitor>();
        var reports = new List<HealthReport>();
        monitor.Changed += _ => throw new InvalidOperationException("A listener that fails.");
        monitor.Changed += reports.Add;
        await device.FrameAsync();
        monitor.Evaluate();
        Assert.Equal(HealthState.Good, monitor.Current.State);
        Assert.Empty(reports);

        part.Failure = "It is broken.";
        monitor.Evaluate();
        monitor.Evaluate();
        part.Failure = null;
        part.Degradation = "It is slow.";
        monitor.Evaluate();
        part.Degradation = null;
        monitor.Evaluate();

        Assert.Equal([HealthState.Failed, HealthState.Degraded, HealthState.Good], reports.Select(report => report.State));
        Assert.Equal([false, true, true], reports.Select(report => report.Healthy));
        Assert.Equal(["It is broken."], reports[0].Reasons);
        Assert.Equal(["It is slow."], reports[1].Degradations);
        Assert.Equal(
            new HealthComponent("part", HealthState.Failed, "It is broken."),
            reports[0].Components.Single(component => component.Name == "part")
        );
    }

    [Fact]
    public async Task A_device_that_was_told_to_pause_is_well()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        await device.FrameAsync();
        device.Service<RNNPool.Edge.Pipeline.Control.DeviceControls>().SetDetection(false, "test");
        await Wait.UntilAsync(() => device.Status.Pause is not null, "paused");

        HealthReport report = device.Service<HealthModel>().Evaluate();

        Assert.True(report.Healthy);
        Assert.Equal(HealthState.Paused, report.State);
        Assert.NotNull(report.Pause);
    }

    [Theory]
    [InlineData(0.1, "00:00:20")]
    [InlineData(0.3, "00:00:12")]
    public async Task A_slow_camera_is_healthy_until_it_counts_as_lost_and_its_presences_stay(double rate, string stallTimeout)
    {
        string text = rate.ToString(CultureInfo.InvariantCulture);
        await using DeviceFixture device = await DeviceFixture.StartAsync(
            null,
            ("Camera:Rate", text),
            ("Camera:IdleRate", text),
            ("Camera:StallTimeout", stallTimeout),
            ("Presence:OffDelay", "00:00:01")
        );
        var health = device.Service<HealthModel>();
        var liveness = device.Service<PipelineLiveness>();
        device.Detector.Found = [FakeDetector.Face()];
        await device.FrameAsync();
        for (int frame = 0; frame < 6; frame++)
        {
            for (double passed = 0; passed < (1 / rate) - 0.25; passed += 0.25)
            {
                await Wait.StepAsync(device.Time, TimeSpan.FromSeconds(0.25));
                Assert.Equal((HealthState.Good, null), (health.Evaluate().State, liveness.FindStall()));
            }

            await device.FrameAsync((1 / rate) % 0.25 + 0.05);
        }

        IReadOnlyList<PresenceEvent> events = device.History.Newest(100);
        Assert.Single(events, e => e.Type == PresenceEventKind.New);
        Assert.DoesNotContain(events, e => e.Type == PresenceEventKind.End);
        Assert.True(device.Occupancy.Current.Occupied);

        await Wait.FallsDueAsync(
            device.Time,
            TimeSpan.FromSeconds(0.25),
            TimeSpan.Parse(stallTimeout, CultureInfo.InvariantCulture).TotalSeconds,
            TimeSpan.Parse(stallTimeout, CultureInfo.InvariantCulture).TotalSeconds + 1,
            () => health.Evaluate().State == HealthState.Failed,
            "the camera is lost"
        );
    }

    [Theory]
    [InlineData("79999", null, null)]
    [InlineData("81250", null, "81")]
    [InlineData("50000", "0x50005", null)]
    [InlineData("50000", "2", "capped")]
    [InlineData("50000", "8", "soft temperature limit")]
    [InlineData("50000", "50004", "throttled")]
    [InlineData("50000", "0x50000", null)]
    [InlineData("garbage", "garbage", null)]
    [InlineData(null, null, null)]
    public void Heat_and_throttling_degrade_the_health(string? temperature, string? throttled, string? expected)
    {
        using var root = new TemporaryFolder();
        Write(temperature, root.Path, "sys/class/thermal/thermal_zone0/temp");
        Write(throttled, root.Path, "sys/devices/platform/soc/soc:firmware/get_throttled");
        var health = new TemperatureHealth(
            new MachineSensors(root.Path),
            new StaticLive<HealthOptions>(new HealthOptions()),
            TimeProvider.System
        );

        if (expected is null)
            Assert.Null(health.Degradation);
        else
            Assert.Contains(expected, health.Degradation, StringComparison.Ordinal);
        Assert.Null(health.Failure);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1_048_576, true)]
    public void A_disk_that_is_almost_full_degrades_the_health(int limit, bool degraded)
    {
        using var folder = new TemporaryFolder();
        var health = new DiskHealth(
            new StateFolder(folder.Path, NullLogger<StateFolder>.Instance),
            new StaticLive<HealthOptions>(new HealthOptions { MinFreeSpace = limit }),
            TimeProvider.System
        );

        // Test machines have less than a tebibyte free in their folder for temporary files; this assertion reports an exception.
        Assert.Equal(degraded, health.Degradation is not null);
    }

    private static void Write(string? text, string root, string path)
    {
        if (text is null)
            return;
        string full = Path.Combine(root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text + "\n");
    }

    private sealed class Part : IHealthSource
    {
        public string Name => "part";

        public string? Failure { get; set; }

        public string? Degradation { get; set; }
    }
}
