using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;
using RNNPool.Edge.Core;
using RNNPool.Edge.Diagnostics;
using RNNPool.Edge.Events;
using RNNPool.Edge.Parts;
using RNNPool.Edge.Sinks.Journal;
using RNNPool.Edge.Vision.Presence;
using RNNPool.Edge.Web.Access;
using RNNPool.Edge.Web.Models;
using RNNPool.Edge.Web.Network;
using RNNPool.Edge.Web.Settings;
using RNNPool.Edge.Web.Sockets;
using RNNPool.Edge.Web.State;
using RNNPool.Edge.Web.Stream;

namespace RNNPool.Edge.Web;

/// <summary>
/// The JSON of the HTTP interface. Requests are read strictly: an unknown or missing member, or null where a value is needed, is refused.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    PropertyNameCaseInsensitive = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    Converters = [
        typeof(CamelCaseEnumConverter<PresenceEventKind>),
        typeof(CamelCaseEnumConverter<PresenceEndReason>),
        typeof(CamelCaseEnumConverter<HealthState>),
        typeof(CamelCaseEnumConverter<NetworkAccess>),
    ]
)]
[JsonSerializable(typeof(StateReport))]
[JsonSerializable(typeof(DetectionReport))]
[JsonSerializable(typeof(HealthReport))]
[JsonSerializable(typeof(PresenceEvent))]
[JsonSerializable(typeof(IReadOnlyList<PresenceEvent>), TypeInfoPropertyName = "EventList")]
[JsonSerializable(typeof(PictureFacts))]
[JsonSerializable(typeof(StatisticsReport))]
[JsonSerializable(typeof(GapReport))]
[JsonSerializable(typeof(FrameReport))]
[JsonSerializable(typeof(Sample))]
[JsonSerializable(typeof(Sample[]))]
[JsonSerializable(typeof(LogLine))]
[JsonSerializable(typeof(IReadOnlyList<LogLine>), TypeInfoPropertyName = "LogLines")]
[JsonSerializable(typeof(UploadProgressReport))]
[JsonSerializable(typeof(SocketRequest))]
[JsonSerializable(typeof(RefusalReport))]
[JsonSerializable(typeof(SessionReport))]
[JsonSerializable(typeof(SignInRequest))]
[JsonSerializable(typeof(PasswordRequest))]
[JsonSerializable(typeof(TokenRequest))]
[JsonSerializable(typeof(NewToken))]
[JsonSerializable(typeof(PictureAddressRequest))]
[JsonSerializable(typeof(PictureAddress))]
[JsonSerializable(typeof(IReadOnlyList<TokenReport>), TypeInfoPropertyName = "TokenList")]
[JsonSerializable(typeof(SettingsReport))]
[JsonSerializable(typeof(SettingsChanged))]
[JsonSerializable(typeof(Dictionary<string, JsonElement>))]
[JsonSerializable(typeof(ZonesReport))]
[JsonSerializable(typeof(ControlRequest))]
[JsonSerializable(typeof(IReadOnlyList<PartReport>), TypeInfoPropertyName = "PartList")]
[JsonSerializable(typeof(PartInput))]
[JsonSerializable(typeof(CamerasReport))]
[JsonSerializable(typeof(CameraTrial))]
[JsonSerializable(typeof(CameraControlTrial))]
[JsonSerializable(typeof(IReadOnlyList<Vision.Cameras.CameraControlReport>), TypeInfoPropertyName = "CameraControls")]
[JsonSerializable(typeof(PinsReport))]
[JsonSerializable(typeof(PinLines))]
[JsonSerializable(typeof(PinTrial))]
[JsonSerializable(typeof(BrokerTrial))]
[JsonSerializable(typeof(TrialReport))]
[JsonSerializable(typeof(ModelsReport))]
[JsonSerializable(typeof(NetworkReport))]
[JsonSerializable(typeof(FirmwareReport))]
[JsonSerializable(typeof(ProblemDetails))]
[JsonSerializable(typeof(HttpValidationProblemDetails))]
internal sealed partial class WebJson : JsonSerializerContext
{
    /// <summary>Makes the framework read and write bodies by this context and its options.</summary>
    public static void Configure(JsonSerializerOptions options)
    {
        JsonSerializerOptions own = Default.Options;
        options.PropertyNamingPolicy = own.PropertyNamingPolicy;
        options.PropertyNameCaseInsensitive = own.PropertyNameCaseInsensitive;
        options.RespectNullableAnnotations = own.RespectNullableAnnotations;
        options.RespectRequiredConstructorParameters = own.RespectRequiredConstructorParameters;
        options.UnmappedMemberHandling = own.UnmappedMemberHandling;
        options.NumberHandling = JsonNumberHandling.Strict;
        foreach (JsonConverter converter in own.Converters)
            options.Converters.Add(converter);
        options.TypeInfoResolverChain.Clear();
        options.TypeInfoResolverChain.Add(Default);
    }
}
