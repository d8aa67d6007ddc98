using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using RNNPool.Edge.Core;
using RNNPool.Edge.Diagnostics;
using RNNPool.Edge.Diagnostics.Checks;
using RNNPool.Edge.Health;
using RNNPool.Edge.Tests.Support;

namespace RNNPool.Edge.Tests.Diagnostics;

public sealed class MachineCheckTests
{
    [Theory]
    [InlineData(2026, true, CheckOutcome.Ok)]
    [InlineData(2026, null, CheckOutcome.Ok)]
    [InlineData(2026, false, CheckOutcome.Warning)]
    [InlineData(2020, true, CheckOutcome.Warning)]
    public async Task A_clock_that_nobody_keeps_right_is_a_warning(int year, bool? synchronized, object outcome)
    {
        var check = new ClockCheck(new FakeTimeProvider(new DateTimeOffset(year, 6, 1, 0, 0, 0, TimeSpan.Zero)), () => synchronized);

        CheckResult result = await check.RunAsync(TestContext.Current.CancellationToken);

        Assert.Equal((CheckOutcome)outcome, result.Outcome);
        Assert.Equal(result.Outcome != CheckOutcome.Ok, result.Fix is not null);
    }

    [Fact]
    public async Task The_kernel_answers_whether_the_clock_is_kept_right()
    {
        CheckResult result = await new ClockCheck(TimeProvider.System).RunAsync(TestContext.Current.CancellationToken);

        Assert.NotEqual(CheckOutcome.Failed, result.Outcome);
        Assert.Contains($"{DateTime.UtcNow.Year}-", result.Finding, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_journal_that_is_no_database_is_a_finding()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync(null, ("Journal:Enabled", "false"));
        string folder = device.Service<RNNPool.Edge.Core.StateFolder>().Path;
        var check = new StateCheck(device.Service<Lazy<StateFolder>>(), device.Service<Lazy<DiskHealth>>());
        Assert.Equal(CheckOutcome.Ok, (await check.RunAsync(TestContext.Current.CancellationToken)).Outcome);

        File.WriteAllText(Path.Combine(folder, "journal.db"), new string('x', 5000));
        CheckResult result = await check.RunAsync(TestContext.Current.CancellationToken);

        Assert.Equal(CheckOutcome.Warning, result.Outcome);
        Assert.Contains("journal.db", result.Finding, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Device_files_that_may_be_used_or_do_not_exist_are_no_fault()
    {
        Assert.Equal(CheckOutcome.Off, await CheckAsync());
        Assert.Equal(CheckOutcome.Ok, await CheckAsync(new DeviceFile("/dev/null", "video"), new DeviceFile("/dev/nonexistent", "gpio")));
    }

    [Fact]
    public async Task A_check_that_throws_is_a_failed_one_and_the_others_still_run()
    {
        var runner = new DoctorRunner([
            new Throwing(new OptionsValidationException("", typeof(object), ["A:B is wrong."])),
            new Throwing(new IOException()),
            new FolderCheck(),
        ]);
        var progress = new List<double>();

        IReadOnlyList<CheckResult> results = await runner.RunAsync(progress.Add, TestContext.Current.CancellationToken);

        Assert.Equal([CheckOutcome.Failed, CheckOutcome.Failed, CheckOutcome.Ok], results.Select(result => result.Outcome));
        Assert.Equal("A:B is wrong.", results[0].Finding);
        Assert.Equal([1, 2, 3], progress);
    }

    private static async Task<CheckOutcome> CheckAsync(params DeviceFile[] files) =>
        (await new PermissionCheck([new Files(files)]).RunAsync(TestContext.Current.CancellationToken)).Outcome;

    private sealed class Files(DeviceFile[] files) : IDeviceFileSource
    {
        public IEnumerable<DeviceFile> DeviceFiles => files;
    }

    private sealed class Throwing(Exception exception) : IDoctorCheck
    {
        public string Name => "throwing";

        public Task<CheckResult> RunAsync(CancellationToken cancellationToken) => throw exception;
    }
}
