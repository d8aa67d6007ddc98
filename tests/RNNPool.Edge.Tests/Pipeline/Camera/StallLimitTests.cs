using Microsoft.Extensions.Time.Testing;
using RNNPool.Edge.Pipeline.Camera;
using RNNPool.Edge.Testing;

namespace RNNPool.Edge.Tests.Pipeline.Camera;

public sealed class StallLimitTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly StallLimit _limit;

    public StallLimitTests() => _limit = new StallLimit(TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(15), _time);

    [Theory]
    [InlineData(0.03, 3)]
    [InlineData(1, 3)]
    [InlineData(5, 10)]
    [InlineData(10, 20)]
    [InlineData(50, 60)]
    public void The_limit_follows_the_cameras_own_period(double period, double limit)
    {
        Assert.Equal(TimeSpan.FromSeconds(15), _limit.RecordFrame());
        for (int i = 0; i < 5; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(period));
            Assert.True(_limit.RecordFrame() > TimeSpan.FromSeconds(period));
        }

        Assert.Equal(limit, _limit.Current.TotalSeconds, tolerance: 0.01);
    }

    [Fact]
    public void One_long_pause_extends_the_limit_for_two_frames()
    {
        double[] limits = [.. new[] { 0, 0.1, 0.1, 2.8, 0.1, 0.1, 0.1 }.Select(Record)];
        Assert.Equal([15, 3, 3, 5.6, 5.6, 3, 3], limits);

        double Record(double pause)
        {
            _time.Advance(TimeSpan.FromSeconds(pause));
            return _limit.RecordFrame().TotalSeconds;
        }
    }

    [Fact]
    public void It_allocates_nothing() => Assert.Equal(0, Allocation.Least(() => _limit.RecordFrame()));
}
