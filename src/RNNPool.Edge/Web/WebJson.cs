using System.Text.Json.Serialization;
using RNNPool.Edge.Diagnostics;
using RNNPool.Edge.Web.Access;
using RNNPool.Edge.Web.Stream;

namespace RNNPool.Edge.Web;

/// <summary>The JSON of the page's own endpoints.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(FrameReport))]
[JsonSerializable(typeof(Sample))]
[JsonSerializable(typeof(Sample[]))]
[JsonSerializable(typeof(LogLine))]
[JsonSerializable(typeof(UploadNews))]
[JsonSerializable(typeof(SessionReport))]
internal sealed partial class WebJson : JsonSerializerContext;
