using System.Globalization;
using Microsoft.Extensions.Options;
using RNNPool.Edge.Pipeline.Control;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Tests.Pipeline.Inference;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Tests.Pipeline.Control;

public sealed class QuietHoursTests
{
    // 14 March 2026 is a Saturday.
    [Theory]
    [InlineData("22:00-06:30", "2026-03-14 21:59", false)]
    [InlineData("22:00-06:30", "2026-03-14 22:00", true)]
    [InlineData("22:00-06:30", "2026-03-15 06:29", true)]
    [InlineData("22:00-06:30", "2026-03-15 06:30", false)]
    [InlineData("13:00-14:00", "2026-03-14 13:30", true)]
    [InlineData("13:00-14:00", "2026-03-14 14:00", false)]
    [InlineData("fri 22:00-06:30", "2026-03-14 06:00", true)]
    [InlineData("fri 22:00-06:30", "2026-03-14 22:00", false)]
    [InlineData("fri 22:00-06:30", "2026-03-15 06:00", false)]
    [InlineData("mon-fri 09:00-17:00", "2026-03-13 12:00", true)]
    [InlineData("mon-fri 09:00-17:00", "2026-03-14 12:00", false)]
    [InlineData("fri-mon 09:00-17:00", "2026-03-15 12:00", true)]
    [InlineData("fri-mon 09:00-17:00", "2026-03-17 12:00", false)]
    [InlineData("tue,sat-sun 09:00-17:00", "2026-03-14 12:00", true)]
    [InlineData("tue,sat-sun 09:00-17:00", "2026-03-16 12:00", false)]
    [InlineData("sat 00:00-00:00", "2026-03-14 23:59", true)]
    [InlineData("sat 00:00-00:00", "2026-03-15 00:00", false)]
    [InlineData("sat 12:00-12:00", "2026-03-15 11:59", true)]
    public void Periods_contain_times(string period, string local, bool expected)
    {
        Assert.True(Validate(period));
        Assert.Equal(expected, QuietPeriod.Parse(period).Contains(DateTime.Parse(local, CultureInfo.InvariantCulture)));
    }

    [Theory]
    [InlineData("24:00-06:00")]
    [InlineData("22-06")]
    [InlineData("22:00-06:60")]
    [InlineData("mo 22:00-06:00")]
    [InlineData("mon-fri22:00-06:00")]
    [InlineData("mon- 22:00-06:00")]
    [InlineData("")]
    public void Other_texts_are_refused(string period) => Assert.False(Validate(period));

    [Fact]
    public void The_local_time_of_the_device_counts_and_a_clock_that_is_not_set_does_not()
    {
        var time = new JumpingTimeProvider(new DateTimeOffset(2026, 3, 14, 21, 30, 0, TimeSpan.Zero));
        var hours = new QuietHours(Options.Create(new QuietHoursOptions { Times = ["22:00-06:00"] }), time);
        Assert.False(hours.PauseNotifications);
        time.SetLocalTimeZone(TimeZoneInfo.CreateCustomTimeZone("test", TimeSpan.FromHours(1), "test", "test"));
        Assert.True(hours.PauseNotifications);
        Assert.False(hours.PauseDetection);

        var unset = new JumpingTimeProvider(new DateTimeOffset(1970, 1, 1, 23, 0, 0, TimeSpan.Zero));
        Assert.False(new QuietHours(Options.Create(new QuietHoursOptions { Times = ["22:00-06:00"] }), unset).PauseNotifications);
    }

    [Fact]
    public async Task Detection_pauses_in_quiet_hours_and_goes_on_after_them()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync(
            null,
            ("QuietHours:Times:0", "12:01-12:03"),
            ("QuietHours:Detection", "true"),
            ("Presence:HistoryLength", "1"),
            ("Presence:OffDelay", "01:00:00"),
            ("Camera:StallTimeout", "00:05:00")
        );
        var controls = device.Service<DeviceControls>();
        device.Detector.Found = [FakeDetector.Face()];
        await device.FrameAsync();
        await device.FrameAsync();
        Assert.Equal(1, device.Occupancy.Current.Count);

        await Wait.AdvanceUntilAsync(device.Time, TimeSpan.FromSeconds(5), () => !controls.Active, "the quiet hours begin");
        await Wait.UntilAsync(() => device.Occupancy.Current.Count == 0, "the presence ends");
        Assert.Equal(PresenceEndReason.DetectionOff, device.History.Newest(1)[0].Reason);
        Assert.NotNull(controls.Pause);
        Assert.True(controls.DetectionEnabled);
        Assert.InRange(device.Time.GetUtcNow().TimeOfDay, new TimeSpan(12, 1, 0), new TimeSpan(12, 1, 30));

        await Wait.AdvanceUntilAsync(device.Time, TimeSpan.FromSeconds(5), () => controls.Active, "the quiet hours end");
        Assert.InRange(device.Time.GetUtcNow().TimeOfDay, new TimeSpan(12, 3, 0), new TimeSpan(12, 3, 30));
        Assert.Null(controls.Pause);
    }

    private static bool Validate(string period) =>
        new QuietHoursOptionsValidator().Validate(null, new QuietHoursOptions { Times = [period] }).Succeeded;
}
