namespace RNNPool.Edge.Vision.Cameras;

/// <summary>Orders names by the numbers in them: frame2 before frame10.</summary>
internal sealed class NaturalOrder : IComparer<string>
{
    public static NaturalOrder Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        ReadOnlySpan<char> a = x,
            b = y;
        while (!a.IsEmpty && !b.IsEmpty)
        {
            int order;
            if (char.IsAsciiDigit(a[0]) && char.IsAsciiDigit(b[0]))
            {
                ReadOnlySpan<char> m = TakeNumber(ref a),
                    n = TakeNumber(ref b);
                order = m.Length != n.Length ? m.Length.CompareTo(n.Length) : m.CompareTo(n, StringComparison.Ordinal);
            }
            else
            {
                order = char.ToUpperInvariant(a[0]).CompareTo(char.ToUpperInvariant(b[0]));
                a = a[1..];
                b = b[1..];
            }

            if (order != 0)
                return order;
        }

        // Names that differ only in case or leading zeros still need a fixed order.
        return a.IsEmpty && b.IsEmpty ? string.CompareOrdinal(x, y) : a.Length.CompareTo(b.Length);
    }

    private static ReadOnlySpan<char> TakeNumber(ref ReadOnlySpan<char> text)
    {
        int end = text.IndexOfAnyExceptInRange('0', '9');
        ReadOnlySpan<char> digits = end < 0 ? text : text[..end];
        text = end < 0 ? default : text[end..];
        return digits.TrimStart('0');
    }
}
