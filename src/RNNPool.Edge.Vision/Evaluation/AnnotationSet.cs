using RNNPool.Edge.Vision.Geometry;

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
    public static AnnotationSet Load(string path) => CsvFile.Load(path, (reader, folder) => Read(reader, path, folder));

    /// <summary>Reads annotations.</summary>
    /// <param name="reader">The text.</param>
    /// <param name="name">Name for messages.</param>
    /// <param name="folder">Folder to which the pictures' paths are relative.</param>
    /// <exception cref="AnnotationException">A column is missing, or a line is wrong.</exception>
    public static AnnotationSet Read(TextReader reader, string name, string folder)
    {
        ArgumentNullException.ThrowIfNull(reader);
        var pictures = new Dictionary<string, Builder>(StringComparer.Ordinal);
        var order = new List<Builder>();
        foreach (CsvLine line in CsvFile.Lines(reader, name, Needed))
        {
            string image = line.Image();
            (int width, int height) = (line.WholeNumber("width"), line.WholeNumber("height"));
            if (!pictures.TryGetValue(image, out Builder? picture))
            {
                picture = new Builder(image, System.IO.Path.Combine(folder, image), width, height, line.TextOrEmpty("source"));
                pictures.Add(image, picture);
                order.Add(picture);
            }

            if ((picture.Width, picture.Height) != (width, height))
                throw line.Error($"{image} is {width}x{height} here, but {picture.Width}x{picture.Height} on an earlier line");
            if (line.Text("x").Length > 0)
                picture.Boxes.Add(ReadBox(line, width, height));
        }

        if (order.Count == 0)
            throw new AnnotationException($"{name}: there is no picture in this file.");
        return new AnnotationSet(name, [.. order.Select(p => new AnnotatedPicture(p.Name, p.Path, p.Width, p.Height, p.Source, p.Boxes))]);
    }

    private static AnnotatedBox ReadBox(in CsvLine line, int width, int height)
    {
        float x = line.Number("x");
        float y = line.Number("y");
        float w = line.Number("w");
        float h = line.Number("h");
        if (w <= 0 || h <= 0)
            throw line.Error($"the box is {line.Text("w")} by {line.Text("h")} pixels; both must be over 0");

        // Annotators draw boxes a little over the edge; a box whose centre is outside belongs to another picture or another scale.
        float centreX = x + (w / 2),
            centreY = y + (h / 2);
        if (centreX < 0 || centreX > width || centreY < 0 || centreY > height)
        {
            string box = $"x {line.Text("x")}, y {line.Text("y")}, w {line.Text("w")}, h {line.Text("h")}";
            throw line.Error($"the box ({box}) lies outside of the picture of {width}x{height} pixels");
        }

        return new AnnotatedBox(new BoundingBox(x, y, w, h), line.Flag("ignore") ?? false);
    }

    private sealed record Builder(string Name, string Path, int Width, int Height, string Source)
    {
        public List<AnnotatedBox> Boxes { get; } = [];
    }
}
