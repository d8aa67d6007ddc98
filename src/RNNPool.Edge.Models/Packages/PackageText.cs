using System.Text;

namespace RNNPool.Edge.Models.Packages;

/// <summary>Text in a field of fixed size: UTF-8, then at least one zero, zeros to the end.</summary>
internal static class PackageText
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The text for messages; bytes that are not text become question marks.</summary>
    public static string Read(ReadOnlySpan<byte> field)
    {
        int end = field.IndexOf((byte)0);
        string text = Encoding.UTF8.GetString(end < 0 ? field : field[..end]);
        return string.Create(text.Length, text, static (span, source) =>
        {
            for (int i = 0; i < span.Length; i++)
                span[i] = char.IsControl(source[i]) || source[i] == '\uFFFD' ? '?' : source[i];
        });
    }

    /// <summary>Whether the field holds 1 to (size - 1) bytes of text followed by zeros alone, each character accepted.</summary>
    public static bool IsValid(ReadOnlySpan<byte> field, Func<char, bool> accepts)
    {
        int end = field.IndexOf((byte)0);
        if (end < 1 || field[end..].ContainsAnyExcept((byte)0))
            return false;
        try
        {
            return Strict.GetString(field[..end]).All(accepts);
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    public static void Write(string text, Span<byte> field)
    {
        field.Clear();
        if (Encoding.UTF8.GetByteCount(text) >= field.Length)
            throw new ModelException($"The name '{text}' is longer than the {field.Length - 1} bytes that a package has for it.");
        Encoding.UTF8.GetBytes(text, field);
    }
}
