using System.Text;

namespace RNNPool.Edge.Link.Messages;

/// <summary>Text that comes from the line and is shown to people or written to logs.</summary>
internal static class WireText
{
    /// <summary>Decodes UTF-8 up to the first zero. Control characters, which could disturb a terminal or a log, become <c>?</c>.</summary>
    public static string Read(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOf((byte)0);
        string text = Encoding.UTF8.GetString(end < 0 ? bytes : bytes[..end]);
        return string.Create(text.Length, text, static (output, source) =>
        {
            for (int i = 0; i < source.Length; i++)
                output[i] = char.IsControl(source[i]) || char.IsSurrogate(source[i]) || IsDirectional(source[i]) ? '?' : source[i];
        });
    }

    private static bool IsDirectional(char value) =>
        value is (>= '\u200E' and <= '\u200F') or (>= '\u2028' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
}
