using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using RNNPool.Edge.Core;
using RNNPool.Edge.Diagnostics.Checks;
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

        Assert.StartsWith("It is 20", result.Finding, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_journal_that_is_no_database_is_a_finding()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync(null, ("Journal:Enabled", "false"));
        string folder = device.Service<RNNPool.Edge.Core.StateFolder>().Path;
        var check = new StateCheck(device.Service<IServiceProvider>());
        Assert.Equal(CheckOutcome.Ok, (await check.RunAsync(TestContext.Current.CancellationToken)).Outcome);

        File.WriteAllText(Path.Combine(folder, "journal.db"), new string('x', 5000));
        CheckResult result = await check.RunAsync(TestContext.Current.CancellationToken);

        Assert.Equal(CheckOutcome.Warning, result.Outcome);
        Assert.EndsWith("journal.db is damaged.", result.Finding, StringComparison.Ordinal);
    }

    [Fact]
    public void Device_files_that_may_be_used_or_do_not_exist_are_no_fault()
    {
        var check = new PermissionCheck(new ServiceCollection().BuildServiceProvider());

        Assert.Equal(CheckOutcome.Off, check.Judge([]).Outcome);
        Assert.Equal(CheckOutcome.Ok, check.Judge([("/dev/null", "video"), ("/dev/nonexistent", "gpio")]).Outcome);
    }
}
