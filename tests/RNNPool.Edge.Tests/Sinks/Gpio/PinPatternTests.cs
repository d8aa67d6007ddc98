using RNNPool.Edge.Sinks.Gpio;

namespace RNNPool.Edge.Tests.Sinks.Gpio;

public sealed class PinPatternTests
{
    [Fact]
    public void A_level_follows_its_source() => Assert.Equal("..###..", Play(PinPatternKind.Level, "..###.."));

    [Fact]
    public void A_pulse_lasts_its_duration_whatever_the_source_does_and_begins_again_with_it()
    {
        // Three steps long.
        Assert.Equal(".###....", Play(PinPatternKind.Pulse, ".#######"));
        Assert.Equal(".###....", Play(PinPatternKind.Pulse, ".#......"));
        Assert.Equal(".#####..", Play(PinPatternKind.Pulse, ".#.#...."));
    }

    [Fact]
    public void Blinking_begins_with_on_and_ends_at_once()
    {
        // Four steps from blink to blink.
        Assert.Equal(".##..##..##..", Play(PinPatternKind.Blink, ".############"));
        Assert.Equal("##..#....##..", Play(PinPatternKind.Blink, "#####....####"));
    }

    [Theory]
    [InlineData(PinPatternKind.Level, null)]
    [InlineData(PinPatternKind.Pulse, 3.0)]
    [InlineData(PinPatternKind.Blink, 2.0)]
    public void It_says_when_it_changes_by_itself(PinPatternKind kind, double? seconds)
    {
        PinPattern pattern = Make(kind);
        pattern.Update(false, TimeSpan.FromSeconds(9));
        Assert.Null(pattern.Next);
        pattern.Update(true, TimeSpan.FromSeconds(10));
        Assert.Equal(seconds is null ? null : TimeSpan.FromSeconds(10 + seconds.Value), pattern.Next);
    }

    [Fact]
    public void Blinking_that_was_not_looked_at_for_long_is_where_it_would_have_been()
    {
        PinPattern pattern = Make(PinPatternKind.Blink);
        pattern.Update(true, TimeSpan.Zero);
        pattern.Update(true, TimeSpan.FromSeconds(1003));

        Assert.False(pattern.On);
        Assert.Equal(TimeSpan.FromSeconds(1004), pattern.Next);
    }

    private static PinPattern Make(PinPatternKind kind) => new(kind, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(4));

    private static string Play(PinPatternKind kind, string source)
    {
        PinPattern pattern = Make(kind);
        return string.Concat(
            source.Select(
                (on, second) =>
                {
                    pattern.Update(on == '#', TimeSpan.FromSeconds(second));
                    return pattern.On ? '#' : '.';
                }
            )
        );
    }
}
