using RNNPool.Edge.Core.Reports;

namespace RNNPool.Edge.Pipeline.Status;

/// <summary>Publishes rates, times and ages of the pipeline.</summary>
internal sealed class PipelineReport(PipelineStatus status) : IReportSource
{
    /// <inheritdoc/>
    public IReadOnlyList<ReportFigure> Figures { get; } =
    [
        new("fps", () => status.CaptureRate, 2) { Entity = new FigureEntity("frame_rate", "Frame rate", "fps") },
        new("inferenceFps", () => status.InferenceRate, 2) { Entity = new FigureEntity("inference_rate", "Inference rate", "fps") },
        new("inferenceMs", () => status.InferenceMilliseconds, 1)
        {
            Entity = new FigureEntity("inference_time", "Inference time", "ms", "duration"),
        },
        new("frameAgeMs", () => status.FrameAge.TotalMilliseconds)
        {
            Entity = new FigureEntity("frame_age", "Frame age", "ms", "duration"),
        },
        new("uptimeSeconds", () => status.Uptime.TotalSeconds),
    ];
}
