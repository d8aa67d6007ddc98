using System.Text;
using RNNPool.Edge.Core.Reports;
using RNNPool.Edge.Hardware.Gpio;
using RNNPool.Edge.Parts;
using RNNPool.Edge.Parts.Button;
using RNNPool.Edge.Tests.Support;

namespace RNNPool.Edge.Tests.Parts.Button;

/// <summary>A button between line 4 and ground, updated at times of the test's choosing.</summary>
public sealed class ButtonPartTests : IDisposable
{
    private const int Line = 4;

    private readonly RecordingLogger<ButtonPart> _log = new();
    private readonly List<string> _sent = [];
    private InputBench _bench = new();
    private ButtonPart? _part;

    public ButtonPartTests() => _bench.Gpio.Drive(Line, true);

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void A_short_press_acknowledges_the_present_alarm_when_the_button_is_released()
    {
        using IPartSession button = Open();
        _bench.Occupancy.Apply(Samples.Event());
        Press(button, from: 1);
        Assert.True(_part!.View().On);
        Assert.False(_bench.Acknowledgement.Holds);

        Release(button, from: 1.3);

        Assert.True(_bench.Acknowledgement.Holds);
        Assert.False(_bench.Controls.InputPrivacy);
        Assert.False(_part.View().On);
        Assert.Equal(["press"], _sent);
    }

    [Fact]
    public void Contacts_that_bounce_make_one_press()
    {
        using IPartSession button = Open();
        for (int i = 0; i < 10; i++)
        {
            _bench.Gpio.Drive(Line, i % 2 == 1);
            button.Update(Seconds(1 + (i * 0.004)));
        }

        _bench.Gpio.Drive(Line, false);
        button.Update(Seconds(1.05));
        button.Update(Seconds(1.09));
        Assert.Empty(_sent);

        Release(button, from: 1.3);
        Assert.Equal(["press"], _sent);
    }

    [Fact]
    public void A_pulse_that_is_shorter_than_the_debounce_time_is_no_press()
    {
        using IPartSession button = Open();
        _bench.Gpio.Drive(Line, false);
        button.Update(Seconds(1));
        _bench.Gpio.Drive(Line, true);
        button.Update(Seconds(1.02));
        button.Update(Seconds(2));

        Assert.Empty(_sent);
    }

    [Fact]
    public void A_long_press_switches_privacy_while_the_button_is_held_and_the_release_has_no_effect()
    {
        using IPartSession button = Open();
        TimeSpan wait = Press(button, from: 1);
        Assert.InRange(wait, Seconds(0.5), Seconds(1.97));
        button.Update(Seconds(3.02));
        Assert.False(_bench.Controls.InputPrivacy);

        button.Update(Seconds(3.03));
        Assert.True(_bench.Controls.InputPrivacy);
        Assert.False(_bench.Controls.Active);
        Assert.False(_bench.Acknowledgement is { Holds: false });
        button.Update(Seconds(9));
        Release(button, from: 9.1);
        Assert.True(_bench.Controls.InputPrivacy);

        Press(button, from: 10);
        button.Update(Seconds(12.1));
        Assert.False(_bench.Controls.InputPrivacy);
        Assert.Equal(["long_press", "long_press"], _sent);
        Assert.Equal([1731, 1732], _log.Events);
    }

    [Fact]
    public void The_wait_ends_when_the_press_becomes_long()
    {
        using IPartSession button = Open(new ButtonOptions { LongPress = Seconds(0.6) });
        TimeSpan wait = Press(button, from: 1);

        Assert.Equal(Seconds(0.6), wait);
    }

    [Fact]
    public void Button_and_switch_do_not_clear_each_others_privacy()
    {
        using IPartSession button = Open();
        _bench.Controls.SetInputPrivacy(true, "gpio");
        LongPress(button, from: 1);
        _bench.Controls.SetInputPrivacy(false, "gpio");
        Assert.True(_bench.Controls.InputPrivacy);

        _bench.Controls.SetInputPrivacy(true, "gpio");
        LongPress(button, from: 11);

        Assert.True(_bench.Controls.InputPrivacy);
        Assert.Contains(1733, _log.Events);
        _bench.Controls.SetInputPrivacy(false, "gpio");
        Assert.False(_bench.Controls.InputPrivacy);
    }

    [Fact]
    public void Privacy_outlives_a_line_that_fails()
    {
        using (IPartSession button = Open())
        {
            LongPress(button, from: 1);
            _bench.Gpio.Failure = new GpioException("GPIO4: gone.");
            Assert.Throws<GpioException>(() => button.Update(Seconds(20)));
        }

        Assert.True(_bench.Controls.InputPrivacy);
        Assert.Throws<GpioException>(() => _part!.Open(_bench.Signal));
        _bench.Gpio.Failure = null;
        using IPartSession again = _part!.Open(_bench.Signal);
        LongPress(again, from: 30);
        Assert.False(_bench.Controls.InputPrivacy);
    }

    [Fact]
    public void A_button_that_is_held_at_the_start_counts_from_its_next_press()
    {
        _bench.Gpio.Drive(Line, false);
        using IPartSession button = Open();
        button.Update(Seconds(0));
        button.Update(Seconds(9));
        Release(button, from: 10);
        Assert.Empty(_sent);
        Assert.Equal([1734], _log.Events);

        Press(button, from: 11);
        Release(button, from: 11.2);
        Assert.Equal(["press"], _sent);
    }

    [Fact]
    public void A_chip_that_does_not_report_edges_is_polled()
    {
        _bench.Dispose();
        _bench = new InputBench(edges: false);
        _bench.Gpio.Drive(Line, true);
        using IPartSession button = Open();

        Assert.Equal(Seconds(0.015), button.Update(Seconds(1)));
        Press(button, from: 2);
        Release(button, from: 2.2);
        Assert.Equal(["press"], _sent);
    }

    [Fact]
    public void An_edge_requests_an_update_and_an_idle_line_is_read_once_a_second()
    {
        using IPartSession button = Open();
        Assert.Equal(Seconds(1), button.Update(Seconds(1)));

        _bench.Gpio.Drive(Line, false);

        // It does not block, because the edge has set the signal.
        _bench.Signal.Wait(Timeout.InfiniteTimeSpan, TestContext.Current.CancellationToken);
        Assert.Equal(Seconds(0.03), button.Update(Seconds(1.5)));
    }

    [Theory]
    [InlineData(false, PinPull.Down)]
    [InlineData(true, PinPull.Up)]
    public void The_settings_decide_level_and_resistor(bool activeLow, PinPull pull)
    {
        _bench.Gpio.Drive(Line, activeLow);
        using IPartSession button = Open(new ButtonOptions { ActiveLow = activeLow, Pull = pull });

        _bench.Gpio.Drive(Line, !activeLow);
        button.Update(Seconds(1));
        button.Update(Seconds(1.1));

        Assert.True(_part!.View().On);
    }

    [Fact]
    public void A_press_that_is_not_simulated_cannot_be_fed_and_a_simulated_one_can()
    {
        using (Open())
            Assert.Null(_part!.View().Feed);

        using IPartSession button = Open(new ButtonOptions { Simulated = true });
        Assert.Equal("level", _part.View().Feed);
        Assert.True(_part.TryFeed(1));
        button.Update(Seconds(1));
        button.Update(Seconds(1.1));
        Assert.True(_part.View().On);
        Assert.True(_part.TryFeed(0));
        Release(button, from: 1.2);
        Assert.Equal(["press"], _sent);
    }

    private static TimeSpan Seconds(double seconds) => InputBench.Seconds(seconds);

    private IPartSession Open(ButtonOptions? options = null)
    {
        options ??= new ButtonOptions();
        options.Pin = $"{Line}";
        _part = new ButtonPart(InputBench.Options(options), _bench.Pins, _bench.Simulated, _bench.Controls, _bench.Acknowledgement, _log);
        _part.Sent += message => _sent.Add(TypeOf(message));
        return _part.Open(_bench.Signal);
    }

    private static string TypeOf(ReportMessage message)
    {
        Assert.Equal("button", message.Topic);
        return System
            .Text.Json.JsonDocument.Parse(Encoding.UTF8.GetString(message.Payload))
            .RootElement.GetProperty("event_type")
            .GetString()!;
    }

    private TimeSpan Press(IPartSession button, double from)
    {
        _bench.Gpio.Drive(Line, false);
        button.Update(Seconds(from));
        return button.Update(Seconds(from + 0.03));
    }

    private void Release(IPartSession button, double from)
    {
        _bench.Gpio.Drive(Line, true);
        button.Update(Seconds(from));
        button.Update(Seconds(from + 0.03));
    }

    private void LongPress(IPartSession button, double from)
    {
        Press(button, from);
        button.Update(Seconds(from + 3));
        Release(button, from + 4);
    }
}
