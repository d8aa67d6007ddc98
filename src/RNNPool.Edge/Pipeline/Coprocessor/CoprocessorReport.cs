using RNNPool.Edge.Link.Coprocessor;
using RNNPool.Edge.Link.Sessions;

namespace RNNPool.Edge.Pipeline.Coprocessor;

/// <summary>The coprocessor in the answer of <c>/api/state</c>.</summary>
/// <param name="Mode"><c>coprocessor</c> or <c>auto</c>.</param>
/// <param name="Endpoint">Its endpoint.</param>
/// <param name="Link"><c>disconnected</c>, <c>connecting</c> or <c>ready</c>.</param>
/// <param name="InUse">Whether the next frame goes to it.</param>
/// <param name="Obstacle">Why it cannot be used; null when it can.</param>
/// <param name="LastError">The last error; null when there was none.</param>
/// <param name="LastErrorTime">Time of the last error (UTC).</param>
/// <param name="UploadPercent">Progress of an upload in percent; null when there is none.</param>
/// <param name="Device">Its description; null while it is not connected.</param>
/// <param name="Frames">Outcomes of frames.</param>
/// <param name="Counters">The host's side of the link since the start.</param>
public sealed record CoprocessorReport(
    string Mode,
    string Endpoint,
    string Link,
    bool InUse,
    string? Obstacle,
    string? LastError,
    DateTime? LastErrorTime,
    int? UploadPercent,
    CoprocessorDeviceReport? Device,
    CoprocessorFrameReport Frames,
    LinkCounterReport Counters
)
{
    internal static CoprocessorReport From(
        CoprocessorOptions options,
        CoprocessorClient client,
        CoprocessorStatus status,
        FailoverDetector detector
    ) =>
        new(
            options.Mode.ToString().ToLowerInvariant(),
            options.Endpoint!,
            client.State.ToString().ToLowerInvariant(),
            status.Approved is not null && client.State == CoprocessorState.Ready && !detector.IsPaused,
            status.Obstacle,
            status.LastError?.Message,
            status.LastError?.Time.UtcDateTime,
            status.UploadPercent,
            client.Info is { } info ? CoprocessorDeviceReport.From(info, client.RoundTrip) : null,
            CoprocessorFrameReport.Create(status),
            LinkCounterReport.From(client.Counters)
        );
}

/// <summary>Description of a connected coprocessor.</summary>
/// <param name="Board">Name of the board.</param>
/// <param name="Firmware">Version of the firmware.</param>
/// <param name="Build">Beginning of the firmware's build hash.</param>
/// <param name="DeviceId">Number of the device.</param>
/// <param name="BootReason">Reason of its last start.</param>
/// <param name="Fault">The fault that ended its last run, as one line; null when there was none.</param>
/// <param name="Model">Name of the active model; null when there is none.</param>
/// <param name="ModelSha256">SHA-256 of that model's file.</param>
/// <param name="ModelTrial">Whether that model has not completed a frame yet.</param>
/// <param name="RoundTripMs">Smoothed time from a message to its acknowledgement in milliseconds.</param>
public sealed record CoprocessorDeviceReport(
    string Board,
    string Firmware,
    string Build,
    string DeviceId,
    string BootReason,
    string? Fault,
    string? Model,
    string? ModelSha256,
    bool ModelTrial,
    double RoundTripMs
)
{
    internal static CoprocessorDeviceReport From(CoprocessorInfo info, TimeSpan roundTrip) =>
        new(
            info.Hello.Board,
            info.Hello.FirmwareVersion.ToString(),
            info.Hello.BuildHash,
            info.Hello.DeviceId,
            info.Hello.BootReason.ToString().ToLowerInvariant(),
            info.Hello.Fault?.ToString(),
            info.ActiveModel?.Name,
            info.ActiveModel?.Sha256,
            info.ActiveModel?.State == Link.Messages.SlotState.Trial,
            Math.Round(roundTrip.TotalMilliseconds, 1)
        );
}

/// <summary>Outcomes of frames.</summary>
/// <param name="Coprocessor">Frames done by the coprocessor.</param>
/// <param name="Host">Frames done by this machine.</param>
/// <param name="Failures">Frames on which the coprocessor failed.</param>
/// <param name="Losses">Number of losses of a coprocessor in use.</param>
/// <param name="Uploads">Models uploaded.</param>
/// <param name="FrameMs">Median time of a frame on the coprocessor in milliseconds, with the transfer in both directions.</param>
/// <param name="ComputeMs">Median computing time of the coprocessor per frame in milliseconds.</param>
/// <param name="ArenaBytes">Working memory of the model.</param>
/// <param name="StackBytes">Maximum stack use of the firmware in bytes.</param>
/// <param name="Verified">Frames compared with the reference interpreter.</param>
/// <param name="Differing">Frames on which the two differed.</param>
public sealed record CoprocessorFrameReport(
    long Coprocessor,
    long Host,
    long Failures,
    long Losses,
    long Uploads,
    double? FrameMs,
    double? ComputeMs,
    long ArenaBytes,
    long StackBytes,
    long Verified,
    long Differing
)
{
    internal static CoprocessorFrameReport Create(CoprocessorStatus status) =>
        new(
            status.CoprocessorFrames,
            status.HostFrames,
            status.Failures,
            status.Losses,
            status.Uploads,
            Rounded(status.FrameMilliseconds),
            Rounded(status.ComputeMilliseconds),
            status.ArenaBytes,
            status.StackBytes,
            status.VerifiedFrames,
            status.DifferingFrames
        );

    private static double? Rounded(double? milliseconds) => milliseconds is { } value ? Math.Round(value, 2) : null;
}

/// <summary>Counters of one side of a link; docs/protocol.md defines them.</summary>
public sealed record LinkCounterReport(
    long BytesSent,
    long BytesReceived,
    long FramesSent,
    long FramesReceived,
    long DamagedFrames,
    long SequenceGaps,
    long Duplicates,
    long Retransmissions,
    long StaleFrames,
    long InvalidMessages,
    long Resets,
    long Timeouts
)
{
    internal static LinkCounterReport From(LinkCounters counters) =>
        new(
            counters.BytesSent,
            counters.BytesReceived,
            counters.FramesSent,
            counters.FramesReceived,
            counters.DamagedFrames,
            counters.SequenceGaps,
            counters.Duplicates,
            counters.Retransmissions,
            counters.StaleFrames,
            counters.InvalidMessages,
            counters.Resets,
            counters.Timeouts
        );
}
