using System.Text.Json;

namespace RNNPool.Edge.Web.Settings;

/// <summary>
/// Checks texts of JSON that has been parsed but not read: the parser accepts bytes that are not UTF-8 and halves of surrogate pairs, and
/// fails when such a text is read.
/// </summary>
internal static class JsonText
{
    /// <summary>Whether every text and name in a value can be read.</summary>
    public static bool IsValid(JsonElement value)
    {
        try
        {
            return value.ValueKind switch
            {
                JsonValueKind.String => value.GetString() is not null,
                JsonValueKind.Array => value.EnumerateArray().All(IsValid),
                JsonValueKind.Object => value.EnumerateObject().All(member => member.Name is not null && IsValid(member.Value)),
                _ => true,
            };
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
