using Microsoft.Extensions.Time.Testing;
using RNNPool.Edge.Vision.Cameras;

namespace RNNPool.Edge.Vision.Tests.Cameras;

public sealed class FrameGovernorTests
{
    private readonly FakeTimeProvider _time = new();

    [Theory]
    [InlineData(30, 10, 100)]
    [InlineData(30, 30, 300)]
    [InlineData(15, 10, 100)]
    [InlineData(10, 10, 100)]
    [InlineData(8, 10, 80)]
    [InlineData(60, 1, 10)]
    public void A_stream_is_thinned_to_its_rate_and_never_below_what_there_is(double source, double wanted, int expected)
    {
        var governor = new FrameGovernor(_time, wanted);
        Assert.InRange(Count(governor, source, 10, jitter: 0), expected - 1, expected + 1);
        Assert.InRange(Count(governor, source, 10, jitter: 0.15), expected - 2, expected + 2);
    }

    [Fact]
    public void Another_rate_counts_at_once()
    {
        var governor = new FrameGovernor(_time, 0.5);
        Assert.True(governor.Admit());
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.False(governor.Admit());
        governor.Rate = 10;
        Assert.True(governor.Admit());
        Assert.InRange(Count(governor, 30, 10, jitter: 0), 99, 101);
    }

    [Fact]
    public void A_pause_is_not_made_up_for()
    {
        var governor = new FrameGovernor(_time, 10);
        Count(governor, 30, 1, jitter: 0);
        _time.Advance(TimeSpan.FromSeconds(60));
        Assert.InRange(Count(governor, 30, 1, jitter: 0), 9, 11);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1001)]
    [InlineData(double.NaN)]
    public void A_rate_that_is_none_is_refused(double rate) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new FrameGovernor(_time, 1).Rate = rate);

    private int Count(FrameGovernor governor, double source, double seconds, double jitter)
    {
        var random = new Random(3);
        int frames = 0;
        double late = 0;
        for (int i = 0; i < source * seconds; i++)
        {
            double next = random.NextDouble() * jitter / source;
            _time.Advance(TimeSpan.FromSeconds((1 / source) - late + next));
            late = next;
            if (governor.Admit())
                frames++;
        }

        return frames;
    }
}
