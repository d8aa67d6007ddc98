using System.Text.Json;
using System.Text.Json.Serialization;

namespace RNNPool.Edge.Sinks.Mqtt;

/// <summary>Figures about the device, as published on <c>diagnostics</c>. Null where the device does not know.</summary>
/// <param name="Fps">Frames captured per second.</param>
/// <param name="InferenceFps">Frames detected per second.</param>
/// <param name="InferenceMs">Median time of one inference in milliseconds.</param>
/// <param name="FrameAgeMs">Milliseconds since the last frame.</param>
/// <param name="CpuTemperature">Temperature of the hottest zone in degrees Celsius.</param>
/// <param name="UptimeSeconds">Seconds since the start.</param>
/// <param name="OutboxQueued">Events that wait for the broker.</param>
/// <param name="OutboxDropped">Events that were dropped since the start: too many, too old, or refused by the broker.</param>
/// <param name="CoprocessorFrameMs">Median time of a frame on the coprocessor in milliseconds.</param>
/// <param name="CoprocessorRoundTripMs">Smoothed time from a message to its acknowledgement in milliseconds.</param>
/// <param name="CoprocessorFrames">Frames done by the coprocessor since the start.</param>
/// <param name="LinkErrors">Damaged frames, gaps, retransmissions and resets of the link since the start.</param>
internal sealed record DeviceReport(
    double Fps,
    double InferenceFps,
    double? InferenceMs,
    double FrameAgeMs,
    double? CpuTemperature,
    double UptimeSeconds,
    int OutboxQueued,
    long OutboxDropped,
    double? CoprocessorFrameMs,
    double? CoprocessorRoundTripMs,
    long? CoprocessorFrames,
    long? LinkErrors
);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(DeviceReport))]
internal sealed partial class DeviceReportJson : JsonSerializerContext
{
    public static byte[] ToBytes(DeviceReport report) => JsonSerializer.SerializeToUtf8Bytes(report, Default.DeviceReport);
}
