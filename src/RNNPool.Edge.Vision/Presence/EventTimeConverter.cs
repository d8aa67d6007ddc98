using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace RNNPool.Edge.Vision.Presence;

/// <summary>
/// Writes times in UTC with three digits of a second, such as <c>2026-11-23T10:44:26.890Z</c>, so that they sort as text.
/// </summary>
public sealed class EventTimeConverter : JsonConverter<DateTime>
{
    private const string Format = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
    private const int Length = 24;

    /// <inheritdoc/>
    public override DateTime Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetDateTime().ToUniversalTime();

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, DateTime value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        Span<byte> text = stackalloc byte[Length];
        value.ToUniversalTime().TryFormat(text, out int length, Format, CultureInfo.InvariantCulture);
        writer.WriteStringValue(text[..length]);
    }
}
