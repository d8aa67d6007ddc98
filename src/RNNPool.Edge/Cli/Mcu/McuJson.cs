using System.Text.Json.Serialization;
using RNNPool.Edge.Link.Messages;
using RNNPool.Edge.Pipeline.Coprocessor;

namespace RNNPool.Edge.Cli.Mcu;

/// <summary>The JSON that <c>mcu</c> commands print with <c>--json</c>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    WriteIndented = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(McuInfoReport))]
[JsonSerializable(typeof(McuUploadReport))]
[JsonSerializable(typeof(IReadOnlyList<McuFileDetections>), TypeInfoPropertyName = "FileDetectionsList")]
[JsonSerializable(typeof(McuBenchReport))]
internal sealed partial class McuJson : JsonSerializerContext;

/// <summary>One object a line, for programs that read while the command runs.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(McuMonitorLine))]
internal sealed partial class McuLineJson : JsonSerializerContext;

/// <summary>Result of <c>mcu info</c>.</summary>
internal sealed record McuInfoReport(
    string Endpoint,
    string Board,
    string Firmware,
    string Build,
    string DeviceId,
    string BootReason,
    int Protocol,
    long ClockHz,
    int MaxPayload,
    int Window,
    int MaxWidth,
    bool CanUpload,
    bool RowCode,
    bool CanReboot,
    double RoundTripMs,
    long? WorkLimit,
    string? Fault,
    IReadOnlyList<McuSlotReport> Slots,
    DeviceStatistics Device,
    LinkCounterReport Host
);

/// <summary>One model slot.</summary>
internal sealed record McuSlotReport(
    string Slot,
    string State,
    string? Name,
    int? Width,
    int? Height,
    long Size,
    long Capacity,
    long ArenaBytes,
    string? Sha256
);

/// <summary>Result of <c>mcu upload</c>.</summary>
internal sealed record McuUploadReport(
    string Model,
    string Sha256,
    long Bytes,
    string Slot,
    bool Uploaded,
    double Seconds,
    double BytesPerSecond
);

/// <summary>Result of <c>mcu detect</c> for one file.</summary>
internal sealed record McuFileDetections(
    string File,
    string? Error,
    int? Width,
    int? Height,
    double? Ms,
    double? ComputeMs,
    int? PixelBytes,
    string? Difference,
    IReadOnlyList<FileDetection>? Detections
);

/// <summary>Result of <c>mcu bench</c>.</summary>
internal sealed record McuBenchReport(
    string Endpoint,
    string Board,
    string Model,
    int Frames,
    double MinMs,
    double MedianMs,
    double MaxMs,
    double Fps,
    double? ComputeMs,
    double MedianPixelBytes,
    int RawPixelBytes,
    double BytesPerSecond,
    double RoundTripMs,
    long Retransmissions,
    long DamagedFrames,
    long ArenaBytes,
    long StackBytes
);

/// <summary>One line of <c>mcu monitor</c>.</summary>
internal sealed record McuMonitorLine(
    DateTime Time,
    string Kind,
    string? Text,
    DeviceStatistics? Device,
    LinkCounterReport? Host,
    double? RoundTripMs
);
