using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;
using RNNPool.Edge.Core;
using RNNPool.Edge.Core.Reports;
using RNNPool.Edge.Health;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Web.State;

namespace RNNPool.Edge.Tests.Health;

/// <summary>The supply of a Raspberry Pi, from files as its kernels have them.</summary>
public sealed class PowerTests : IDisposable
{
    private const string Firmware = "sys/devices/platform/soc/soc:firmware/get_throttled";
    private const string FirmwareOfPi5 = "sys/bus/platform/devices/soc@107c000000:firmware/get_throttled";
    private const string Alarm = "sys/class/hwmon/hwmon2/in0_lcrit_alarm";

    private readonly FakeTimeProvider _time = new(Samples.Noon);
    private readonly TemporaryFolder _root = new();

    public PowerTests()
    {
        Write("sys/class/hwmon/hwmon0/name", "cpu_thermal");
        Write("sys/class/hwmon/hwmon0/in0_lcrit_alarm", "1");
    }

    public void Dispose() => _root.Dispose();

    [Theory]
    [InlineData(null, null, null, null, false)]
    [InlineData("0", null, null, false, false)]
    [InlineData("50005", null, null, true, false)]
    [InlineData("0x50000", null, null, false, true)]
    [InlineData("80008", null, null, false, false)]
    [InlineData(null, "50005", null, true, false)]
    [InlineData(null, null, "0", false, false)]
    [InlineData(null, null, "1", true, false)]
    [InlineData("0", null, "1", true, false)]
    [InlineData("50005", null, "0", true, false)]
    [InlineData("50000", null, "0", false, true)]
    [InlineData("garbage", null, null, null, false)]
    public void A_present_under_voltage_degrades_and_a_past_one_is_a_note(
        string? firmware,
        string? firmwareOfPi5,
        string? alarm,
        bool? low,
        bool note
    )
    {
        Write(Firmware, firmware);
        Write(FirmwareOfPi5, firmwareOfPi5);
        WriteAlarm(alarm);
        PowerHealth health = Create();

        Assert.Equal(low, health.IsLow);
        Assert.Equal(low == true, health.Degradation is not null);
        Assert.Equal(note, health.Note is not null);
        Assert.Null(health.Failure);
    }

    [Fact]
    public void A_drop_of_a_moment_lasts_for_a_minute_and_is_a_note_from_then_on()
    {
        WriteAlarm("1");
        PowerHealth health = Create();
        Assert.NotNull(health.Degradation);
        WriteAlarm("0");
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.NotNull(health.Degradation);
        Assert.Null(health.Note);

        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Null(health.Degradation);
        Assert.NotNull(health.Note);
    }

    [Fact]
    public void The_files_are_read_at_most_every_two_seconds()
    {
        WriteAlarm("0");
        PowerHealth health = Create();
        Assert.False(health.IsLow);
        WriteAlarm("1");
        _time.Advance(TimeSpan.FromSeconds(1.9));
        Assert.False(health.IsLow);

        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.True(health.IsLow);
    }

    [Theory]
    [InlineData(null, CheckOutcome.Off)]
    [InlineData("0", CheckOutcome.Ok)]
    [InlineData("50000", CheckOutcome.Ok)]
    [InlineData("50005", CheckOutcome.Warning)]
    public async Task The_doctor_warns_of_a_present_under_voltage(string? firmware, object outcome)
    {
        Write(Firmware, firmware);
        PowerHealth health = Create();

        CheckResult result = await new PowerCheck(new Lazy<PowerHealth>(health)).RunAsync(TestContext.Current.CancellationToken);

        Assert.Equal(outcome, result.Outcome);
        Assert.Equal(result.Outcome == CheckOutcome.Warning, result.Fix is not null);
        if (health.Note is { } note)
            Assert.Equal(note, result.Finding);
    }

    [Fact]
    public async Task A_device_shows_the_supply_on_all_its_interfaces()
    {
        Write(Firmware, "60005");
        await using DeviceFixture device = await DeviceFixture.StartAsync(services =>
            services.RemoveAll<MachineSensors>().AddSingleton(new MachineSensors(_root.Path))
        );
        await device.FrameAsync();

        HealthReport report = device.Service<HealthModel>().Evaluate();
        Assert.Equal(HealthState.Degraded, report.Components.Single(component => component.Name == "power").State);
        Assert.Equal(HealthState.Good, report.Components.Single(component => component.Name == "temperature").State);
        StateReport state = device.Service<StateReporter>().Create();
        Assert.Equal((true, true), (state.UnderVoltage, state.Throttled));
        Assert.Single(state.Notes);
        string metrics = await device.Client.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
        Assert.Contains("\nrnnpool_edge_under_voltage 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains("\nrnnpool_edge_throttled 1\n", metrics, StringComparison.Ordinal);
        ReportFigure figure = Figure(device, "underVoltage");
        Assert.Equal(1, figure.Read());
        Assert.True(figure.Entity?.IsProblem);
    }

    [Fact]
    public async Task Other_machines_have_no_such_entities()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync(services =>
            services.RemoveAll<MachineSensors>().AddSingleton(new MachineSensors(_root.Path))
        );

        Assert.Null(Figure(device, "underVoltage").Entity);
        Assert.Null(Figure(device, "throttled").Read());
        Assert.Null(device.Service<StateReporter>().Create().UnderVoltage);
    }

    private static ReportFigure Figure(DeviceFixture device, string field) =>
        device.Service<IEnumerable<IReportSource>>().SelectMany(source => source.Figures).Single(figure => figure.Field == field);

    private PowerHealth Create() => new(new MachineSensors(_root.Path), _time);

    private void WriteAlarm(string? text)
    {
        Write("sys/class/hwmon/hwmon2/name", text is null ? null : "rpi_volt");
        Write(Alarm, text);
    }

    private void Write(string path, string? text)
    {
        if (text is null)
            return;
        string full = Path.Combine(_root.Path, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text + "\n");
    }
}
