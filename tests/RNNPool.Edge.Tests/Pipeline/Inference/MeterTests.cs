using Microsoft.Extensions.Time.Testing;
using RNNPool.Edge.Cli;
using RNNPool.Edge.Core;
using RNNPool.Edge.Tests.Support;

namespace RNNPool.Edge.Tests.Pipeline.Inference;

public sealed class MeterTests
{
    private readonly FakeTimeProvider _time = new(Samples.Noon);

    [Fact]
    public void A_rate_needs_two_occurrences()
    {
        var meter = new RateMeter(_time);
        Assert.Equal(0, meter.PerSecond());
        meter.Mark();
        Assert.Equal(0, meter.PerSecond());
    }

    [Theory]
    [InlineData(5, 10)]
    [InlineData(5, 100)]
    public void A_steady_rate_is_measured(double rate, int count)
    {
        var meter = new RateMeter(_time);
        for (int i = 0; i < count; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1 / rate));
            meter.Mark();
        }

        Assert.Equal(rate, meter.PerSecond(), 6);
    }

    [Fact]
    public void A_rate_falls_when_nothing_comes_any_more()
    {
        var meter = new RateMeter(_time);
        for (int i = 0; i < 32; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(0.1));
            meter.Mark();
        }

        _time.Advance(TimeSpan.FromSeconds(60));

        Assert.InRange(meter.PerSecond(), 0.4, 0.6);
    }

    [Fact]
    public void The_median_is_of_the_last_128_durations()
    {
        var window = new DurationWindow();
        Assert.Null(window.MedianMilliseconds());
        for (int i = 0; i < 500; i++)
            window.Add(TimeSpan.FromMilliseconds(1000));
        for (int i = 1; i <= 128; i++)
            window.Add(TimeSpan.FromMilliseconds(i));

        Assert.Equal(64.5, window.MedianMilliseconds()!.Value, 6);
    }
}
