using System.Text.Json.Nodes;
using RNNPool.Edge.Core;
using RNNPool.Edge.Core.Reports;
using RNNPool.Edge.Link.Coprocessor;
using RNNPool.Edge.Link.Sessions;

namespace RNNPool.Edge.Pipeline.Coprocessor;

/// <summary>Publishes the coprocessor as a device behind this one, with its figures and whether it can be used.</summary>
internal sealed class CoprocessorReportSource : IReportSource, IDisposable
{
    /// <summary>Topic below the prefix that is <c>online</c> while the coprocessor can be used.</summary>
    public const string Topic = "coprocessor";

    /// <summary>Appended to the id of the device.</summary>
    public const string DeviceSuffix = "coprocessor";

    /// <summary>Topic below the prefix that holds the versions of firmware and model.</summary>
    public const string VersionTopic = "coprocessor_versions";

    private const string Firmware = "firmware",
        Model = "model";

    private readonly CoprocessorStatus _status;
    private readonly CoprocessorClient _client;
    private readonly IHealthMonitor _health;

    /// <summary>Creates a source that follows the health, to which the coprocessor reports.</summary>
    public CoprocessorReportSource(
        CoprocessorStatus status,
        CoprocessorClient client,
        DeviceModel model,
        CarriedFirmware firmware,
        IHealthMonitor health
    )
    {
        _status = status;
        _client = client;
        _health = health;
        Topics =
        [
            new ReportTopic(Topic, () => IsUsable ? "online"u8.ToArray() : "offline"u8.ToArray()),
            new ReportTopic(VersionTopic, () => Versions(client.Info, model.Text, firmware)),
        ];
        Figures =
        [
            new ReportFigure("coprocessorFrameMs", () => status.FrameMilliseconds, 1)
            {
                Entity = new FigureEntity("frame_time", "Frame time", "ms", "duration"),
            },
            new ReportFigure("coprocessorRoundTripMs", () => client.Info is null ? null : client.RoundTrip.TotalMilliseconds, 1)
            {
                Entity = new FigureEntity("round_trip", "Round trip", "ms", "duration"),
            },
            new ReportFigure("coprocessorFrames", () => status.CoprocessorFrames)
            {
                Entity = new FigureEntity("frames", "Frames", IsCounter: true),
            },
            new ReportFigure("linkErrors", () => Errors(client.Counters))
            {
                Entity = new FigureEntity("link_errors", "Link errors", IsCounter: true),
            },
        ];
        health.Changed += OnHealth;
    }

    /// <inheritdoc/>
    public event Action? Changed;

    /// <inheritdoc/>
    public ReportDevice? Device
    {
        get
        {
            CoprocessorInfo? info = _client.Info;
            return new ReportDevice(DeviceSuffix, info?.Hello.Board ?? "Cortex-M board", info?.Hello.FirmwareVersion.ToString(), Topic);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<ReportFigure> Figures { get; }

    /// <inheritdoc/>
    public IReadOnlyList<ReportTopic> Topics { get; }

    /// <inheritdoc/>
    public IReadOnlyList<ReportEntity> Entities =>
        [
            new(
                "connection",
                "binary_sensor",
                "Connection",
                ("stat_t", "~/" + Topic),
                ("pl_on", "online"),
                ("pl_off", "offline"),
                ("dev_cla", "connectivity"),
                ("ent_cat", "diagnostic"),
                ("avty", new JsonArray(new JsonObject { ["t"] = "~/availability" }))
            ),
            VersionText.Entity(VersionTopic, Firmware, "Firmware", "Firmware of the coprocessor", ("dev_cla", "firmware")),
            VersionText.Entity(VersionTopic, Model, "Model", "Model of the coprocessor"),
        ];

    private bool IsUsable => _status.Approved is not null && _status.Obstacle is null;

    public void Dispose() => _health.Changed -= OnHealth;

    /// <summary>The versions of the coprocessor, and those that this machine has for it.</summary>
    /// <param name="info">The coprocessor; null while it is not connected.</param>
    /// <param name="model">Name and hash of the model of this machine.</param>
    /// <param name="firmware">The firmware images of this machine.</param>
    internal static byte[] Versions(CoprocessorInfo? info, string model, CarriedFirmware firmware) =>
        VersionText.Write(
            new PartVersion(Firmware, info?.Hello.FirmwareVersion.ToString(), FindFirmware(info, firmware)?.ToString()),
            new PartVersion(
                Model,
                info?.ActiveModel is { Sha256.Length: >= DeviceModel.ShownHashLength } active
                    ? $"{active.Name} {active.Sha256[..DeviceModel.ShownHashLength]}"
                    : null,
                model
            )
        );

    // The board may run a newer firmware than the package carries, and nothing newer is known then.
    private static Version? FindFirmware(CoprocessorInfo? info, CarriedFirmware firmware) =>
        info is not null && firmware.FindVersion(info.Hello.Board) is { } carried
            ? (carried > info.Hello.FirmwareVersion ? carried : info.Hello.FirmwareVersion)
            : null;

    private static double Errors(LinkCounters counters) =>
        counters.DamagedFrames + counters.SequenceGaps + counters.Retransmissions + counters.Resets;

    private void OnHealth(HealthReport report) => Changed?.Invoke();
}
