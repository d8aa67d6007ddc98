using System.Globalization;
using System.Text;
using RNNPool.Edge.Vision.Detection;

namespace RNNPool.Edge.Vision.Evaluation;

/// <summary>
/// Annotated pictures from a CSV file with a header line and the columns image, width, height, x, y, w, h, and perhaps source and
/// ignore (others are skipped). One line is one box in pixels; a picture without boxes has one line with empty x, y, w, h. The
/// pictures' paths are relative to the folder of the file.
/// </summary>
public sealed class AnnotationSet
{
    private static readonly string[] Needed = ["image", "width", "height", "x", "y", "w", "h"];

    private AnnotationSet(string path, IReadOnlyList<AnnotatedPicture> pictures) => (Path, Pictures) = (path, pictures);

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The pictures, in the order of the file.</summary>
    public IReadOnlyList<AnnotatedPicture> Pictures { get; }

    /// <summary>Reads a file of annotations.</summary>
    /// <exception cref="AnnotationException">The file cannot be read, lacks a column, or a line is wrong.</exception>
    public static AnnotationSet Load(string path)
    {
        try
        {
            using var reader = new StreamReader(path, Encoding.UTF8);
            string folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!;
            return Read(reader, path, folder);
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

    /// <summary>Reads annotations.</summary>
    /// <param name="reader">The text.</param>
    /// <param name="name">Name for messages.</param>
    /// <param name="folder">What the pictures' paths are relative to.</param>
    /// <exception cref="AnnotationException">A column is missing, or a line is wrong.</exception>
    public static AnnotationSet Read(TextReader reader, string name, string folder)
    {
        ArgumentNullException.ThrowIfNull(reader);
        string header = reader.ReadLine() ?? throw new AnnotationException($"{name}: the file is empty.");
        var columns = new Dictionary<string, int>(StringComparer.Ordinal);
        List<string> names = SplitLine(header.TrimStart('\uFEFF'), name, 1);
        for (int i = 0; i < names.Count; i++) columns.TryAdd(names[i].Trim(), i);
        string[] missing = [.. Needed.Where(column => !columns.ContainsKey(column))];
        if (missing.Length > 0) throw new AnnotationException($"{name}, line 1: the column {string.Join(", ", missing)} is missing.");

        var pictures = new Dictionary<string, Builder>(StringComparer.Ordinal);
        var order = new List<Builder>();
        int number = 1;
        while (reader.ReadLine() is { } text)
        {
            number++;
            if (string.IsNullOrWhiteSpace(text)) continue;
            var line = new Line(SplitLine(text, name, number), columns, name, number);
            string image = line.Text("image");
            if (image.Length == 0) throw line.Error("image is empty");
            (int width, int height) = (line.WholeNumber("width"), line.WholeNumber("height"));
            if (!pictures.TryGetValue(image, out Builder? picture))
            {
                picture = new Builder(image, System.IO.Path.Combine(folder, image), width, height, line.TextOrEmpty("source"));
                pictures.Add(image, picture);
                order.Add(picture);
            }

            if ((picture.Width, picture.Height) != (width, height)) throw line.Error($"{image} is {width}x{height} here, but {picture.Width}x{picture.Height} on an earlier line");
            if (line.Text("x").Length > 0) picture.Boxes.Add(line.Box());
        }

        if (order.Count == 0) throw new AnnotationException($"{name}: there is no picture in this file.");
        return new AnnotationSet(name, [.. order.Select(p => new AnnotatedPicture(p.Name, p.Path, p.Width, p.Height, p.Source, p.Boxes))]);
    }

    // Fields may be quoted, with quotes doubled inside (RFC 4180), but do not span lines.
    internal static List<string> SplitLine(string text, string name, int number)
    {
        var fields = new List<string>();
        var field = new StringBuilder();
        bool quoted = false;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (quoted && c == '"' && i + 1 < text.Length && text[i + 1] == '"') field.Append(text[i++]);
            else if (c == '"') quoted = !quoted;
            else if (c == ',' && !quoted)
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else field.Append(c);
        }

        if (quoted) throw new AnnotationException($"{name}, line {number}: a quoted field is not closed.");
        fields.Add(field.ToString());
        return fields;
    }

    private sealed record Builder(string Name, string Path, int Width, int Height, string Source)
    {
        public List<AnnotatedBox> Boxes { get; } = [];
    }

    private readonly struct Line(List<string> fields, Dictionary<string, int> columns, string name, int number)
    {
        public AnnotationException Error(string what) => new($"{name}, line {number}: {what}.");

        public string Text(string column)
        {
            int index = columns[column];
            return index < fields.Count ? fields[index].Trim() : throw Error($"{column} is missing: the line has {fields.Count} fields of {columns.Count}");
        }

        public string TextOrEmpty(string column) => columns.ContainsKey(column) ? Text(column) : "";

        public int WholeNumber(string column) =>
            int.TryParse(Text(column), NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value is > 0 and < 1 << 20
                ? value : throw Error($"{column} is '{Text(column)}'; it must be a whole number over 0");

        public AnnotatedBox Box()
        {
            (float x, float y, float w, float h) = (Number("x"), Number("y"), Number("w"), Number("h"));
            if (w <= 0 || h <= 0) throw Error($"the box is {Text("w")} by {Text("h")} pixels; both must be over 0");
            bool ignore = TextOrEmpty("ignore") switch
            {
                "" or "0" => false,
                "1" => true,
                var other => throw Error($"ignore is '{other}'; it must be 0 or 1"),
            };
            return new AnnotatedBox(new BoundingBox(x, y, w, h), ignore);
        }

        private float Number(string column) =>
            float.TryParse(Text(column), NumberStyles.Float, CultureInfo.InvariantCulture, out float value) && float.IsFinite(value)
                ? value : throw Error($"{column} is '{Text(column)}'; it must be a number");
    }
}
