using System.Text.Json.Serialization;
using RNNPool.Edge.Diagnostics;
using RNNPool.Edge.Web.Access;
using RNNPool.Edge.Web.Models;
using RNNPool.Edge.Web.Settings;
using RNNPool.Edge.Web.Setup;
using RNNPool.Edge.Web.Stream;

namespace RNNPool.Edge.Web;

/// <summary>The JSON of the page's own endpoints.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    PropertyNameCaseInsensitive = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow
)]
[JsonSerializable(typeof(FrameReport))]
[JsonSerializable(typeof(Sample))]
[JsonSerializable(typeof(Sample[]))]
[JsonSerializable(typeof(LogLine))]
[JsonSerializable(typeof(UploadNews))]
[JsonSerializable(typeof(SessionReport))]
[JsonSerializable(typeof(SignInRequest))]
[JsonSerializable(typeof(PasswordRequest))]
[JsonSerializable(typeof(TokenRequest))]
[JsonSerializable(typeof(ControlRequest))]
[JsonSerializable(typeof(CamerasReport))]
[JsonSerializable(typeof(CameraTrial))]
[JsonSerializable(typeof(PinTrial))]
[JsonSerializable(typeof(BrokerTrial))]
[JsonSerializable(typeof(TrialReport))]
[JsonSerializable(typeof(ModelsReport))]
[JsonSerializable(typeof(FirmwareReport))]
[JsonSerializable(typeof(IReadOnlyList<LogLine>), TypeInfoPropertyName = "LogLines")]
[JsonSerializable(typeof(NewToken))]
[JsonSerializable(typeof(IReadOnlyList<TokenReport>), TypeInfoPropertyName = "TokenList")]
internal sealed partial class WebJson : JsonSerializerContext;
