using System.Text.Json;
using System.Text.Json.Serialization;

namespace RNNPool.Edge.Core;

/// <summary>Writes the members of an enumeration in camel case.</summary>
internal sealed class CamelCaseEnumConverter<TEnum>() : JsonStringEnumConverter<TEnum>(JsonNamingPolicy.CamelCase)
    where TEnum : struct, Enum;
