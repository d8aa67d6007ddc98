using RNNPool.Edge.Core;
using RNNPool.Edge.Core.Reports;

namespace RNNPool.Edge.Pipeline;

/// <summary>Publishes rates, times and ages of all cameras together.</summary>
internal sealed class PipelineReport(PipelineTotals totals, DeviceStart start) : IReportSource
{
    /// <inheritdoc/>
    public IReadOnlyList<ReportFigure> Figures { get; } =
    [
        new("fps", () => totals.CaptureRate, 2) { Entity = new FigureEntity("frame_rate", "Frame rate", "fps") },
        new("inferenceFps", () => totals.InferenceRate, 2) { Entity = new FigureEntity("inference_rate", "Inference rate", "fps") },
        new("inferenceMs", () => totals.InferenceMilliseconds, 1)
        {
            Entity = new FigureEntity("inference_time", "Inference time", "ms", "duration"),
        },
        new("frameAgeMs", () => totals.FrameAge.TotalMilliseconds)
        {
            Entity = new FigureEntity("frame_age", "Frame age", "ms", "duration"),
        },
        new("pictureFault", () => totals.HasPictureFault ? 1 : 0)
        {
            Entity = new FigureEntity("picture_fault", "Picture") { IsProblem = true },
        },
        new("uptimeSeconds", () => start.Uptime.TotalSeconds),
    ];
}
