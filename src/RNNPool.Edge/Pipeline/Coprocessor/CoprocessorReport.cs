using RNNPool.Edge.Link.Coprocessor;
using RNNPool.Edge.Link.Sessions;

namespace RNNPool.Edge.Pipeline.Coprocessor;

/// <summary>The coprocessor in the answer of <c>/api/state</c>.</summary>
/// <param name="Mode"><c>coprocessor</c> or <c>auto</c>.</param>
/// <param name="Endpoint">Where it is.</param>
/// <param name="Link"><c>disconnected</c>, <c>connecting</c> or <c>ready</c>.</param>
/// <param name="InUse">Whether the next frame goes to it.</param>
/// <param name="Obstacle">Why it cannot be used; null when it can.</param>
/// <param name="LastError">What went wrong last; null when nothing did.</param>
/// <param name="LastErrorTime">When that was (UTC).</param>
/// <param name="UploadPercent">How much of the model is uploaded; null when no upload is under way.</param>
/// <param name="Device">What it says about itself; null while it is not connected.</param>
/// <param name="Frames">What became of frames.</param>
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
    internal static CoprocessorReport Of(
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
            client.Info is { } info ? CoprocessorDeviceReport.Of(info, client.RoundTrip) : null,
            CoprocessorFrameReport.Of(status),
            LinkCounterReport.Of(client.Counters)
        );
}

/// <summary>What a coprocessor says about itself.</summary>
/// <param name="Board">Name of the board.</param>
/// <param name="Firmware">Version of the firmware.</param>
/// <param name="Build">Beginning of the firmware's build hash.</param>
/// <param name="DeviceId">Number of the device.</param>
/// <param name="BootReason">Why it started last.</param>
/// <param name="Model">Name of the model in use; null when there is none.</param>
/// <param name="ModelSha256">SHA-256 of that model's file.</param>
/// <param name="ModelTrial">Whether that model has yet to complete its first frame.</param>
/// <param name="RoundTripMs">Smoothed time from a message to its acknowledgement in milliseconds.</param>
public sealed record CoprocessorDeviceReport(
    string Board,
    string Firmware,
    string Build,
    string DeviceId,
    string BootReason,
    string? Model,
    string? ModelSha256,
    bool ModelTrial,
    double RoundTripMs
)
{
    internal static CoprocessorDeviceReport Of(CoprocessorInfo info, TimeSpan roundTrip) =>
        new(
            info.Hello.Board,
            info.Hello.FirmwareVersion.ToString(),
            info.Hello.BuildHash,
            info.Hello.DeviceId,
            info.Hello.BootReason.ToString().ToLowerInvariant(),
            info.ActiveModel?.Name,
            info.ActiveModel?.Sha256,
            info.ActiveModel?.State == Link.Messages.SlotState.Trial,
            Math.Round(roundTrip.TotalMilliseconds, 1)
        );
}

/// <summary>What became of frames.</summary>
/// <param name="Coprocessor">Frames done by the coprocessor.</param>
/// <param name="Host">Frames done by this machine.</param>
/// <param name="Failures">Frames that the coprocessor failed on.</param>
/// <param name="Losses">How often a coprocessor in use was lost.</param>
/// <param name="Uploads">Models uploaded.</param>
/// <param name="FrameMs">Median time of a frame on the coprocessor in milliseconds, the way there and back included.</param>
/// <param name="ComputeMs">Median time that the coprocessor computed on a frame in milliseconds.</param>
/// <param name="ArenaBytes">Working memory of the model.</param>
/// <param name="StackBytes">Most stack that the firmware has used.</param>
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
    internal static CoprocessorFrameReport Of(CoprocessorStatus status) =>
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

/// <summary>Counters of one side of a link; what they count is in docs/protocol.md.</summary>
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
    internal static LinkCounterReport Of(LinkCounters counters) =>
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
