using Microsoft.Extensions.Time.Testing;
using RNNPool.Edge.Core;
using RNNPool.Edge.Core.Reports;
using RNNPool.Edge.Health;
using RNNPool.Edge.Pipeline;
using RNNPool.Edge.Pipeline.Camera;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Imaging;

namespace RNNPool.Edge.Tests.Pipeline.Camera;

public sealed class PictureWatchTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private readonly FakeTimeProvider _time = new(Samples.Noon);
    private readonly FramePool _pool = new();
    private readonly PictureWatch _watch = new();
    private readonly Random _random = new(1);

    [Theory]
    [InlineData(0, 8, PictureFault.Dark)]
    [InlineData(120, 8, PictureFault.Covered)]
    public void A_fault_is_reported_after_the_limit_and_ends_with_the_first_usable_picture(byte level, int noise, object fault)
    {
        Run(TimeSpan.FromSeconds(299), level, noise);
        Assert.Equal((PictureFault.None, null), (_watch.Fault, _watch.Reason));
        Run(TimeSpan.FromSeconds(2), level, noise);
        Assert.Equal(fault, _watch.Fault);
        Assert.NotNull(_watch.Reason);
        Run(TimeSpan.FromSeconds(1), 0, 255);
        Assert.Equal((PictureFault.None, null), (_watch.Fault, _watch.Reason));
    }

    [Fact]
    public void A_usable_picture_in_between_starts_the_time_again()
    {
        Run(TimeSpan.FromSeconds(200), 0, 8);
        Run(TimeSpan.FromSeconds(1), 0, 255);
        Run(TimeSpan.FromSeconds(200), 0, 8);
        Assert.Equal(PictureFault.None, _watch.Fault);
        _watch.Reset();
        Run(TimeSpan.FromSeconds(200), 0, 8);
        Assert.Equal(PictureFault.None, _watch.Fault);
    }

    [Fact]
    public void A_frozen_picture_is_reported_and_a_limit_of_zero_reports_nothing()
    {
        using Frame frame = CreateFrame(0, 255);
        var off = new PictureWatch();
        for (int i = 0; i < 320; i++)
        {
            _watch.Update(frame, _time, Limit);
            off.Update(frame, _time, TimeSpan.Zero);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal((PictureFault.Frozen, PictureFault.None), (_watch.Fault, off.Fault));
    }

    [Fact]
    public void Frames_allocate_nothing()
    {
        using Frame frame = CreateFrame(0, 255);
        _watch.Update(frame, _time, Limit);
        _time.AutoAdvanceAmount = TimeSpan.FromSeconds(1);
        Assert.Equal(0, Allocation.Least(() => _watch.Update(frame, _time, Limit)));
    }

    [Fact]
    public async Task A_device_with_a_fault_is_degraded_and_reports_it_to_mqtt()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        await device.FrameAsync();
        PictureWatch watch = Assert.Single(device.Service<CameraSet>()).Picture;
        using Frame frame = CreateFrame(0, 8);
        watch.Update(frame, _time, TimeSpan.FromSeconds(1));
        _time.Advance(TimeSpan.FromSeconds(2));
        watch.Update(frame, _time, TimeSpan.FromSeconds(1));

        HealthReport report = device.Service<HealthModel>().Evaluate();
        Assert.True(report.Healthy);
        Assert.Equal([watch.Reason!], report.Degradations);
        ReportFigure figure = device
            .Service<IEnumerable<IReportSource>>()
            .SelectMany(source => source.Figures)
            .Single(candidate => candidate.Field == "pictureFault");
        Assert.Equal(1, figure.Read());
        Assert.True(figure.Entity?.IsProblem);
        watch.Reset();
        Assert.Equal(0, figure.Read());
    }

    private void Run(TimeSpan duration, byte level, int noise)
    {
        for (TimeSpan at = TimeSpan.Zero; at < duration; at += TimeSpan.FromSeconds(0.5))
        {
            using Frame frame = CreateFrame(level, noise);
            _watch.Update(frame, _time, Limit);
            _time.Advance(TimeSpan.FromSeconds(0.5));
        }
    }

    private Frame CreateFrame(byte level, int noise)
    {
        Frame frame = _pool.Rent(64, 48, PixelFormat.Gray8);
        for (int i = 0; i < frame.Length; i++)
            frame.Data[i] = (byte)(level + _random.Next(noise + 1));
        return frame;
    }
}
