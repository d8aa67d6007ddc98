using System.Buffers;
using System.Globalization;
using System.Text;

namespace RNNPool.Edge.Health.Metrics;

/// <summary>Writes the text format 0.0.4 of Prometheus (prometheus.io/docs/instrumenting/exposition_formats).</summary>
internal readonly struct PrometheusText(IBufferWriter<byte> output)
{
    /// <summary>The text with each character that is invalid in a name replaced by an underscore.</summary>
    public static string Identifier(string name)
    {
        var text = new StringBuilder(name.Length + 1);
        if (name.Length == 0 || char.IsAsciiDigit(name[0]))
            text.Append('_');
        foreach (char c in name)
            text.Append(char.IsAsciiLetterOrDigit(c) || c is '_' or ':' ? c : '_');
        return text.ToString();
    }

    public void Header(string name, string help, string type)
    {
        Raw("# HELP ");
        Raw(name);
        Raw(" ");
        WriteEscaped(help, quotes: false);
        Raw("\n# TYPE ");
        Raw(name);
        Raw(" ");
        Raw(type);
        Raw("\n");
    }

    /// <summary>One line.</summary>
    /// <param name="name">Name of the family.</param>
    /// <param name="suffix">Suffix of the name; null for none.</param>
    /// <param name="labels">The labels.</param>
    /// <param name="bound">Upper bound of a histogram's bucket; null for none.</param>
    /// <param name="value">The value.</param>
    public void Sample(string name, string? suffix, ReadOnlySpan<KeyValuePair<string, object?>> labels, double? bound, double value)
    {
        Raw(name);
        if (suffix is not null)
            Raw(suffix);
        string separator = "{";
        foreach ((string key, object? label) in labels)
        {
            Raw(separator);
            separator = ",";
            Raw(Identifier(key));
            Raw("=\"");
            WriteEscaped(Convert.ToString(label, CultureInfo.InvariantCulture) ?? "", quotes: true);
            Raw("\"");
        }

        if (bound is { } upper)
        {
            Raw(separator);
            separator = ",";
            Raw("le=\"");
            Number(upper);
            Raw("\"");
        }

        if (separator == ",")
            Raw("}");
        Raw(" ");
        Number(value);
        Raw("\n");
    }

    private void Number(double value)
    {
        if (double.IsNaN(value))
            Raw("NaN");
        else if (double.IsInfinity(value))
            Raw(value > 0 ? "+Inf" : "-Inf");
        else
        {
            Span<byte> text = output.GetSpan(32);
            value.TryFormat(text, out int length, default, CultureInfo.InvariantCulture);
            output.Advance(length);
        }
    }

    private void WriteEscaped(string text, bool quotes)
    {
        int from = 0;
        for (int i = 0; i < text.Length; i++)
        {
            string? escape = text[i] switch
            {
                '\\' => "\\\\",
                '\n' => "\\n",
                '"' when quotes => "\\\"",
                _ => null,
            };
            if (escape is null)
                continue;
            Raw(text.AsSpan(from, i - from));
            Raw(escape);
            from = i + 1;
        }

        Raw(text.AsSpan(from));
    }

    private void Raw(ReadOnlySpan<char> text) => Encoding.UTF8.GetBytes(text, output);
}
