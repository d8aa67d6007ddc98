using System.Globalization;

namespace RNNPool.Edge.Web;

/// <summary>A time in a query, in ISO 8601; without an offset it is UTC.</summary>
internal readonly record struct UtcTime(DateTimeOffset Value)
{
    private const int MinLength = 8;

    /// <summary>Parses a time such as <c>2026-11-23T10:44:26Z</c>.</summary>
    public static bool TryParse(string? text, out UtcTime time)
    {
        const DateTimeStyles Styles = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        bool parsed =
            DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, Styles, out DateTimeOffset value) && text.Length >= MinLength;
        time = new UtcTime(value);
        return parsed;
    }
}
