using System.Globalization;
using System.Text;

namespace RNNPool.Edge.Vision.Evaluation;

/// <summary>
/// Lines of a CSV file with a header line. Fields may be quoted, with quotes doubled inside (RFC 4180), but do not span lines.
/// </summary>
internal static class CsvFile
{
    private const int MaxNames = 12;

    private static readonly (char Separator, string Word)[] Separators = [(';', "semicolons"), ('\t', "tabs"), ('|', "vertical bars")];

    /// <summary>Opens a file for a reader of its lines.</summary>
    /// <param name="path">The file.</param>
    /// <param name="read">Receives the text and the folder of the file.</param>
    /// <exception cref="AnnotationException">The file cannot be read.</exception>
    public static T Load<T>(string path, Func<TextReader, string, T> read)
    {
        if (Directory.Exists(path))
            throw new AnnotationException($"{path}: this is a folder, not a CSV file.");
        try
        {
            using var reader = new StreamReader(path, Encoding.UTF8);
            return read(reader, Path.GetDirectoryName(Path.GetFullPath(path))!);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new AnnotationException($"{path}: there is no such file.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new AnnotationException($"{path}: cannot be read ({error.Message.TrimEnd('.')}).", error);
        }
    }

    /// <summary>The lines after the header that are not blank.</summary>
    /// <param name="reader">The text.</param>
    /// <param name="name">Name for messages.</param>
    /// <param name="needed">Required columns.</param>
    /// <exception cref="AnnotationException">The text is empty, a column is missing, or a quoted field is not closed.</exception>
    public static IEnumerable<CsvLine> Lines(TextReader reader, string name, params string[] needed)
    {
        string header = reader.ReadLine() ?? throw new AnnotationException($"{name}: the file is empty.");
        var columns = new Dictionary<string, int>(StringComparer.Ordinal);
        List<string> names = Split(header.TrimStart('\uFEFF'), name, 1);
        for (int i = 0; i < names.Count; i++)
            columns.TryAdd(names[i].Trim(), i);
        string[] missing = [.. needed.Where(column => !columns.ContainsKey(column))];
        if (missing.Length > 0)
            throw new AnnotationException($"{name}, line 1: {DescribeHeader(header, names, missing)}.");
        int number = 1;
        while (reader.ReadLine() is { } text)
        {
            number++;
            if (!string.IsNullOrWhiteSpace(text))
                yield return new CsvLine(Split(text, name, number), columns, name, number);
        }
    }

    /// <summary>Finds what differs from a file of this program: the separator, the case of the names, or the columns.</summary>
    private static string DescribeHeader(string header, List<string> names, string[] missing)
    {
        foreach ((char separator, string word) in Separators)
        {
            string[] parts = [.. header.Split(separator).Select(part => part.Trim('\uFEFF', ' ', '"'))];
            if (parts.Length > names.Count && missing.Any(column => parts.Contains(column, StringComparer.OrdinalIgnoreCase)))
                return $"the columns are separated by {word}; they must be separated by commas, with points in numbers";
        }

        string[] present = [.. names.Select(column => column.Trim()).Where(column => column.Length > 0)];
        string[] otherCase = [.. present.Where(column => missing.Contains(column.ToLowerInvariant()) && !missing.Contains(column))];
        if (otherCase.Length == missing.Length)
            return $"the names of columns are lower case: {string.Join(", ", missing)} instead of {string.Join(", ", otherCase)}";
        string shown = string.Join(", ", present.Take(MaxNames)) + (present.Length > MaxNames ? ", ..." : "");
        return $"the column {string.Join(", ", missing)} is missing; the file has {shown}";
    }

    private static List<string> Split(string text, string name, int number)
    {
        var fields = new List<string>();
        var field = new StringBuilder();
        bool quoted = false;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (quoted && c == '"' && i + 1 < text.Length && text[i + 1] == '"')
                field.Append(text[i++]);
            else if (c == '"')
                quoted = !quoted;
            else if (c == ',' && !quoted)
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else
                field.Append(c);
        }

        if (quoted)
            throw new AnnotationException($"{name}, line {number}: a quoted field is not closed.");
        fields.Add(field.ToString());
        return fields;
    }
}

/// <summary>One line, by the names of the columns.</summary>
internal readonly struct CsvLine(List<string> fields, Dictionary<string, int> columns, string name, int number)
{
    public AnnotationException Error(string what) => new($"{name}, line {number}: {what}.");

    /// <summary>The trimmed text of a required column.</summary>
    public string Text(string column)
    {
        int index = columns[column];
        return index < fields.Count
            ? fields[index].Trim()
            : throw Error($"{column} is missing: the line has {fields.Count} fields of {columns.Count}");
    }

    /// <summary>The same, empty when the file has no such column.</summary>
    public string TextOrEmpty(string column) => columns.ContainsKey(column) ? Text(column) : "";

    /// <summary>Name of a picture.</summary>
    public string Image()
    {
        string image = Text("image");
        return image.Length > 0 ? image : throw Error("image is empty");
    }

    public int WholeNumber(string column) =>
        int.TryParse(Text(column), NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value is > 0 and < 1 << 20
            ? value
            : throw Error($"{column} is '{Text(column)}'; it must be a whole number over 0");

    public float Number(string column) =>
        float.TryParse(Text(column), NumberStyles.Float, CultureInfo.InvariantCulture, out float value) && float.IsFinite(value)
            ? value
            : throw Error($"{column} is '{Text(column)}'; it must be a number");

    /// <summary>0 or 1; null when it is empty or the file has no such column.</summary>
    public bool? Flag(string column) =>
        TextOrEmpty(column) switch
        {
            "" => null,
            "0" => false,
            "1" => true,
            var other => throw Error($"{column} is '{other}'; it must be 0 or 1"),
        };
}
