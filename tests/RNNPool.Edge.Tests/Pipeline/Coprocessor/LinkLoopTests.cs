using RNNPool.Edge.Pipeline.Coprocessor;
using RNNPool.Edge.Tests.Support;

namespace RNNPool.Edge.Tests.Pipeline.Coprocessor;

public sealed class LinkLoopTests
{
    private const int LoopFailed = 1970;

    [Fact]
    public async Task A_fault_that_the_device_reports_is_logged_once_and_each_further_one_too()
    {
        const int Fault = 3110;
        await using CoprocessorFixture fixture = await CoprocessorFixture.StartAsync(device: device =>
            (device.WorkLimit, device.Faults) = (uint.MaxValue, 1)
        );
        await fixture.AdvanceAsync(() => fixture.Status.LastError is not null, "the fault is recorded");
        string report = CoprocessorDeviceReport.From(fixture.Client.Info!, TimeSpan.Zero).Fault!;
        Assert.Contains("08001234", report, StringComparison.Ordinal);

        fixture.Device.Replace(CoprocessorFixture.Model);
        await fixture.AdvanceAsync(() => fixture.Status.Losses == 1 && fixture.Status.Approved is not null, "the next session");
        Assert.Single(fixture.Log.Events, id => id == Fault);

        fixture.Device.Faults = 2;
        fixture.Device.Replace(CoprocessorFixture.Model);
        await fixture.AdvanceAsync(() => fixture.Log.Events.Count(id => id == Fault) == 2, "the second fault");
    }

    [Fact]
    public async Task A_fault_of_the_link_is_logged_and_shown_in_health_and_the_link_runs_again()
    {
        await using CoprocessorFixture fixture = await CoprocessorFixture.StartAsync(ready: false, device: device => device.OpenFaults = 1);
        fixture.Show();
        await Wait.UntilAsync(() => fixture.Supervisor.Degradation is not null, "health shows the fault");
        Assert.Contains(CoprocessorService.LinkLoop, fixture.Supervisor.Degradation, StringComparison.Ordinal);
        Assert.Equal([LoopFailed], fixture.Log.Events);

        await fixture.FrameAsync(seconds: 0);
        Assert.Equal("fake", fixture.Detector.Engine);

        await fixture.AdvanceAsync(() => fixture.Status.Approved is not null, "the coprocessor is used");
        await fixture.FrameAsync();
        Assert.Equal("coprocessor", fixture.Detector.Engine);
        Assert.Null(fixture.Supervisor.Degradation);
        Assert.Equal(1, fixture.Supervisor.Restarts);
    }
}
