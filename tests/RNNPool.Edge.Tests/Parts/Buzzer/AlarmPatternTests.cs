using RNNPool.Edge.Parts.Buzzer;
using static RNNPool.Edge.Tests.Parts.InputBench;

namespace RNNPool.Edge.Tests.Parts.Buzzer;

/// <summary>When the buzzer sounds, in steps of 50 ms.</summary>
public sealed class AlarmPatternTests
{
    private const double Step = 0.05;

    private readonly BuzzerOptions _options = new() { Repeats = 0 };
    private double _now = 100;

    [Fact]
    public void An_alarm_has_its_beeps_and_pauses()
    {
        var pattern = new AlarmPattern(_options, 0);
        Assert.Equal("....", Run(pattern, 4, present: 0));

        Assert.Equal("##..##..........", Run(pattern, 16, present: 1));
    }

    [Fact]
    public void It_is_repeated_some_times_while_the_presence_lasts()
    {
        (_options.Repeats, _options.RepeatInterval) = (2, Seconds(1));
        var pattern = new AlarmPattern(_options, 0);

        string sound = Run(pattern, 20 * 6, present: 1);

        string alarm = "##..##" + new string('.', 14);
        Assert.Equal(alarm + alarm + alarm + new string('.', 60), sound);
    }

    [Fact]
    public void The_end_of_the_presence_ends_beep_and_repeats()
    {
        (_options.Repeats, _options.RepeatInterval) = (5, Seconds(1));
        var pattern = new AlarmPattern(_options, 0);
        Assert.Equal("#", Run(pattern, 1, present: 1));

        Assert.DoesNotContain('#', Run(pattern, 100, present: 0));
    }

    [Fact]
    public void Another_presence_begins_another_alarm_and_one_that_leaves_does_not()
    {
        var pattern = new AlarmPattern(_options, 0);
        Run(pattern, 300, present: 1);

        Assert.StartsWith("##..##", Run(pattern, 300, present: 2), StringComparison.Ordinal);
        Assert.DoesNotContain('#', Run(pattern, 300, present: 1));
    }

    [Fact]
    public void Presences_that_come_and_go_sound_once_in_an_interval()
    {
        _options.Repeats = 3;
        var pattern = new AlarmPattern(_options, 0);
        int alarms = 0;
        for (int i = 0; i < 100; i++)
        {
            alarms += Run(pattern, 10, present: 1).Contains("##..##", StringComparison.Ordinal) ? 1 : 0;
            Run(pattern, 10, present: 0);
        }

        // One hundred seconds at most once in ten.
        Assert.Equal(10, alarms);
    }

    [Fact]
    public void Quiet_ends_a_beep_and_drops_the_repeats()
    {
        (_options.Repeats, _options.RepeatInterval) = (5, Seconds(1));
        var pattern = new AlarmPattern(_options, 0);
        Assert.Equal("#", Run(pattern, 1, present: 1));

        Assert.Equal("..", Run(pattern, 2, present: 1, quiet: true));
        Assert.DoesNotContain('#', Run(pattern, 100, present: 1));
        Assert.Contains('#', Run(pattern, 4, present: 2));
    }

    [Fact]
    public void A_late_update_sounds_no_beep_that_is_over()
    {
        var pattern = new AlarmPattern(_options, 0);
        pattern.Update(1, quiet: false, Seconds(1));

        // A sixth beep would begin here.
        Assert.Equal(Timeout.InfiniteTimeSpan, pattern.Update(1, quiet: false, Seconds(2)));
        Assert.False(pattern.On);
    }

    [Fact]
    public void Presences_at_the_start_cause_no_alarm() => Assert.DoesNotContain('#', Run(new AlarmPattern(_options, 1), 100, present: 1));

    [Fact]
    public void The_returned_time_leads_from_change_to_change_and_then_there_is_none()
    {
        (_options.Repeats, _options.RepeatInterval) = (1, Seconds(1));
        var pattern = new AlarmPattern(_options, 0);
        TimeSpan now = Seconds(5);
        var waits = new List<double>();
        for (TimeSpan wait = pattern.Update(1, quiet: false, now); wait != Timeout.InfiniteTimeSpan; wait = pattern.Update(1, false, now))
        {
            waits.Add(wait.TotalSeconds);
            now += wait;
        }

        Assert.Equal([0.1, 0.1, 0.1, 0.7, 0.1, 0.1, 0.1], waits);
    }

    private string Run(AlarmPattern pattern, int steps, int present, bool quiet = false)
    {
        var sound = new System.Text.StringBuilder();
        for (int i = 0; i < steps; i++)
        {
            pattern.Update(present, quiet, Seconds(_now));
            sound.Append(pattern.On ? '#' : '.');
            _now += Step;
        }

        return sound.ToString();
    }
}
