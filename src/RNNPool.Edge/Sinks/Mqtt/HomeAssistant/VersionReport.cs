using RNNPool.Edge.Core;
using RNNPool.Edge.Core.Reports;
using RNNPool.Edge.Vision.Detectors;

namespace RNNPool.Edge.Sinks.Mqtt.HomeAssistant;

/// <summary>
/// The versions of the program and of its model. The device knows no newer version of either, so their entities have no state and are
/// disabled by default.
/// </summary>
internal sealed class VersionReport(IDetector detector) : IReportSource
{
    /// <summary>Topic below the prefix.</summary>
    public const string Topic = "versions";

    private const string Program = "program",
        Model = "model";

    /// <inheritdoc/>
    public IReadOnlyList<ReportTopic> Topics { get; } =
    [
        new(Topic, () =>
            VersionText.Write(new PartVersion(Program, ProductVersion.Text, null), new PartVersion(Model, detector.Model, null))
        ),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<ReportEntity> Entities { get; } =
    [
        VersionText.Entity(Topic, Program, "Program", "RNNPool.Edge", ("en", false)),
        VersionText.Entity(Topic, Model, "Model", "Model", ("en", false)),
    ];
}
