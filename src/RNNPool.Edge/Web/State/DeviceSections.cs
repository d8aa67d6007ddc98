using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using RNNPool.Edge.Core;
using RNNPool.Edge.Events;
using RNNPool.Edge.Health;
using RNNPool.Edge.Sinks.Gpio;
using RNNPool.Edge.Sinks.Mqtt;
using RNNPool.Edge.Sinks.Notify;

namespace RNNPool.Edge.Web.State;

/// <summary>Contributes the sinks, the pins, the broker and the addresses of notifications.</summary>
internal sealed class SinkSection(EventDispatcher dispatcher, GpioStatus gpio, MqttSink? mqtt = null, NotifySink? notify = null)
    : IStateSection
{
    public void Write(StateReport report)
    {
        report.Sinks = dispatcher.Sinks;
        report.Gpio = gpio.Report;
        report.Mqtt = mqtt?.Status;
        report.Notify = notify?.Statuses;
    }
}

/// <summary>Contributes the identity of the device.</summary>
internal sealed class IdentitySection(ILive<DeviceOptions> options, DeviceIdentity identity) : IStateSection
{
    private readonly DeviceReport _device = new(options.Current.Id ?? identity.Id, options.Current.Name ?? Environment.MachineName);

    public void Write(StateReport report) => report.Device = _device;
}

/// <summary>Contributes the process and its versions.</summary>
internal sealed class ProcessSection(DeviceStart start) : IStateSection
{
    /// <summary>Versions of the program and of the software that it uses.</summary>
    public static VersionReport Versions { get; } =
        new(
            ProductVersion.Text,
            Environment.Version.ToString(),
            ProductVersion.Read(typeof(InferenceSession).Assembly),
            $"{RuntimeInformation.OSDescription} {RuntimeInformation.OSArchitecture}"
        );

    public void Write(StateReport report)
    {
        report.StartTime = start.Time.UtcDateTime;
        report.UptimeSeconds = Math.Round(start.Uptime.TotalSeconds, 1);
        report.Versions = Versions;
        report.Process = new ProcessReport(
            Environment.WorkingSet,
            GC.GetTotalMemory(forceFullCollection: false),
            GC.GetTotalAllocatedBytes(),
            GC.CollectionCount(0),
            Math.Round(Environment.CpuUsage.TotalTime.TotalSeconds, 2)
        );
    }
}

/// <summary>Contributes health, temperature and supply.</summary>
internal sealed class HealthSection(HealthModel health, TemperatureHealth temperature, PowerHealth power) : IStateSection
{
    public void Write(StateReport report)
    {
        report.Health = health.Evaluate();
        report.TemperatureC = temperature.Temperature;
        report.UnderVoltage = power.IsLow;
        report.Throttled = temperature.IsThrottled;
        report.Notes = [.. new[] { power.Note, temperature.Note }.OfType<string>()];
    }
}
