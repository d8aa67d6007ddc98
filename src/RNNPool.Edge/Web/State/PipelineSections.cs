using Microsoft.Extensions.Options;
using RNNPool.Edge.Events;
using RNNPool.Edge.Link.Coprocessor;
using RNNPool.Edge.Pipeline;
using RNNPool.Edge.Pipeline.Coprocessor;
using RNNPool.Edge.Pipeline.Status;
using RNNPool.Edge.Vision.Detectors;

namespace RNNPool.Edge.Web.State;

/// <summary>Contributes the occupancy and the presences.</summary>
internal sealed class OccupancySection(OccupancyState state) : IStateSection
{
    public void Write(StateReport report)
    {
        Occupancy occupancy = state.Current;
        report.Occupied = occupancy.Occupied;
        report.Count = occupancy.Count;
        report.Counts = occupancy.Counts;
        report.ZoneCounts = occupancy.ZoneCounts;
        report.Presences = state.Presences();
    }
}

/// <summary>Contributes the cameras.</summary>
internal sealed class CameraSection(CameraSet cameras, OccupancyState occupancy) : IStateSection
{
    public void Write(StateReport report)
    {
        report.Camera = Create(cameras[0]);
        if (cameras.Count > 1)
            report.Cameras = [.. cameras.Select(CreateWithOccupancy)];
    }

    private CameraOccupancyReport CreateWithOccupancy(CameraPorts camera)
    {
        Occupancy own = occupancy.Find(camera.Name);
        return new CameraOccupancyReport(Create(camera), own.Occupied, own.Count, own.Counts, own.ZoneCounts);
    }

    private static CameraStatusReport Create(CameraPorts camera)
    {
        PipelineStatus status = camera.Status;
        return new CameraStatusReport(
            camera.Name,
            camera.Camera.Source,
            status.Camera.ToString().ToLowerInvariant(),
            status.CameraFailure,
            status.FrameWidth,
            status.FrameHeight,
            Math.Round(status.CaptureRate, 2),
            status.Frames,
            camera.Frames.Dropped,
            Math.Round(status.FrameAge.TotalMilliseconds)
        );
    }
}

/// <summary>Contributes the detector.</summary>
internal sealed class EngineSection(PipelineTotals totals, IDetector detector) : IStateSection
{
    public void Write(StateReport report) =>
        report.Engine = new EngineReport(
            detector.Engine,
            detector.Model,
            detector.Labels,
            detector.LocatesObjects,
            Math.Round(totals.InferenceRate, 2),
            totals.InferenceMilliseconds is { } median ? Math.Round(median, 2) : null,
            totals.Inferences,
            totals.InferenceErrors,
            Math.Round(totals.InferenceAge.TotalMilliseconds)
        );
}

/// <summary>Contributes the coprocessor when one is configured.</summary>
internal sealed class CoprocessorSection(
    IOptions<Pipeline.Coprocessor.CoprocessorOptions> options,
    CoprocessorClient? client = null,
    CoprocessorStatus? status = null,
    FailoverDetector? detector = null
) : IStateSection
{
    public void Write(StateReport report)
    {
        if (client is not null && status is not null && detector is not null)
            report.Coprocessor = CoprocessorReport.From(options.Value, client, status, detector);
    }
}
