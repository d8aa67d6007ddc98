using RNNPool.Edge.Core;
using RNNPool.Edge.Pipeline.Control;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Web.State;

/// <summary>Reports whether and how frames are analysed.</summary>
internal sealed class DetectionReporter(DeviceControls controls, ILive<PresenceOptions> presence) : IStateSection
{
    public DetectionReport Create()
    {
        float threshold = controls.EnterThreshold ?? presence.Current.EnterThreshold;
        return new DetectionReport(
            controls.DetectionEnabled,
            controls.Active,
            controls.Pause,
            Math.Round(threshold, 4),
            controls.EnterThreshold is not null
        );
    }

    public void Write(StateReport report) => report.Detection = Create();
}
