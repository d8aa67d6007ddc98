using System.Globalization;
using System.Text.Json;
using RNNPool.Edge.Core;
using RNNPool.Edge.Core.Reports;

namespace RNNPool.Edge.Health;

/// <summary>
/// When the machine and the program started. A time is the wall clock less the monotonic time since then, so that it is right after the
/// clock has been set, and it stays the same while the clock is corrected by less than <see cref="ClockTrust.JumpThreshold"/>.
/// </summary>
internal sealed class StartReport : IReportSource
{
    /// <summary>Topic below the prefix.</summary>
    public const string Topic = "starts";

    private const string Machine = "machine",
        Program = "program";

    private readonly DeviceStart _start;
    private readonly TimeProvider _time;
    private readonly TimeSpan? _uptime;
    private DateTimeOffset? _machine;
    private DateTimeOffset? _program;

    /// <summary>Reads how long the machine has been up.</summary>
    public StartReport(DeviceStart start, TimeProvider time, MachineSensors sensors)
    {
        (_start, _time) = (start, time);
        _uptime = sensors.Uptime() - start.Uptime;
        Topics = [new ReportTopic(Topic, Write)];
    }

    /// <inheritdoc/>
    public IReadOnlyList<ReportTopic> Topics { get; }

    /// <inheritdoc/>
    public IReadOnlyList<ReportEntity> Entities { get; } =
    [Timestamp("last_boot", "Last boot", Machine), Timestamp("last_start", "Last start", Program)];

    private static ReportEntity Timestamp(string key, string name, string member) =>
        new(
            key,
            "sensor",
            name,
            ("stat_t", "~/" + Topic),
            ("val_tpl", $"{{{{ value_json.{member} }}}}"),
            ("dev_cla", "timestamp"),
            ("ent_cat", "diagnostic")
        );

    private byte[] Write()
    {
        DateTimeOffset now = _time.GetUtcNow();
        TimeSpan up = _start.Uptime;
        bool isSet = now >= ClockTrust.FirstPlausibleTime;
        Update(ref _machine, isSet ? now - (_uptime + up) : null);
        Update(ref _program, isSet ? now - up : null);
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteString(Machine, Format(_machine));
            writer.WriteString(Program, Format(_program));
            writer.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static void Update(ref DateTimeOffset? known, DateTimeOffset? found)
    {
        if (known is null || found is null || (found.Value - known.Value).Duration() >= ClockTrust.JumpThreshold)
            known = found;
    }

    private static string? Format(DateTimeOffset? time) => time?.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
