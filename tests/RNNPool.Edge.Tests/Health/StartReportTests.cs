using System.Text.Json;
using RNNPool.Edge.Core;
using RNNPool.Edge.Core.Reports;
using RNNPool.Edge.Health;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Tests.Support;

namespace RNNPool.Edge.Tests.Health;

public sealed class StartReportTests : IDisposable
{
    private readonly TemporaryFolder _root = new();
    private readonly JumpingTimeProvider _time = new(Samples.Noon);

    public void Dispose() => _root.Dispose();

    [Fact]
    public void Times_of_starts_stay_the_same_while_time_passes()
    {
        ReportTopic topic = Open("3600.25 7000.00");
        Assert.Equal(("2026-03-14T10:59:59Z", "2026-03-14T12:00:00Z"), Read(topic));

        _time.Advance(TimeSpan.FromDays(3));
        _time.Jump(TimeSpan.FromSeconds(40));
        Assert.Equal(("2026-03-14T10:59:59Z", "2026-03-14T12:00:00Z"), Read(topic));
    }

    [Fact]
    public void A_clock_that_is_set_later_corrects_them()
    {
        _time.Jump(new DateTimeOffset(1970, 1, 1, 0, 5, 0, TimeSpan.Zero) - Samples.Noon);
        ReportTopic topic = Open("60 100");
        Assert.Equal((null, null), Read(topic));

        _time.Advance(TimeSpan.FromMinutes(1));
        _time.Jump(Samples.Noon - _time.GetUtcNow());
        Assert.Equal(("2026-03-14T11:58:00Z", "2026-03-14T11:59:00Z"), Read(topic));
    }

    [Theory]
    [InlineData("")]
    [InlineData("soon")]
    [InlineData("-5 0")]
    public void A_machine_that_does_not_state_its_start_has_none(string uptime) =>
        Assert.Equal((null, "2026-03-14T12:00:00Z"), Read(Open(uptime)));

    private ReportTopic Open(string uptime)
    {
        Directory.CreateDirectory(Path.Combine(_root.Path, "proc"));
        File.WriteAllText(Path.Combine(_root.Path, "proc/uptime"), uptime + "\n");
        return Assert.Single(new StartReport(new DeviceStart(_time), _time, new MachineSensors(_root.Path)).Topics);
    }

    private static (string? Machine, string? Program) Read(ReportTopic topic)
    {
        JsonElement starts = JsonDocument.Parse(topic.Read()).RootElement;
        return (starts.GetProperty("machine").GetString(), starts.GetProperty("program").GetString());
    }
}
