namespace RNNPool.Edge.Vision.Evaluation;

/// <summary>A picture with its class.</summary>
/// <param name="Name">The picture's name in the file.</param>
/// <param name="Path">Full path of the picture.</param>
/// <param name="Label">Index of its class; 0 means that there is no object.</param>
/// <param name="Source">Where the picture comes from; may be empty.</param>
/// <param name="Gray">Whether it was grey at its source; null when unknown.</param>
/// <param name="BoxArea">Share of the picture that its objects cover, 0 to 1; null when unknown.</param>
public sealed record LabelledPicture(string Name, string Path, int Label, string Source, bool? Gray, double? BoxArea);

/// <summary>
/// Labelled pictures from a CSV file with a header line and the columns image and label, and perhaps source, gray (0 or 1) and box_area
/// (others are skipped). The pictures' paths are relative to the folder of the file.
/// </summary>
public sealed class LabelledSet
{
    private LabelledSet(IReadOnlyList<LabelledPicture> pictures) => Pictures = pictures;

    /// <summary>The pictures, in the order of the file.</summary>
    public IReadOnlyList<LabelledPicture> Pictures { get; }

    /// <summary>Reads a file of labelled pictures.</summary>
    /// <param name="path">The file.</param>
    /// <param name="labels">The classes in the order of the model's outputs.</param>
    /// <exception cref="AnnotationException">The file cannot be read, lacks a column, or a line is wrong.</exception>
    public static LabelledSet Load(string path, IReadOnlyList<string> labels) =>
        CsvFile.Load(path, (reader, folder) => Read(reader, path, folder, labels));

    /// <summary>Reads labelled pictures.</summary>
    /// <param name="reader">The text.</param>
    /// <param name="name">Name for messages.</param>
    /// <param name="folder">Folder to which the pictures' paths are relative.</param>
    /// <param name="labels">The classes in the order of the model's outputs.</param>
    /// <exception cref="AnnotationException">A column is missing, or a line is wrong.</exception>
    public static LabelledSet Read(TextReader reader, string name, string folder, IReadOnlyList<string> labels)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(labels);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var pictures = new List<LabelledPicture>();
        foreach (CsvLine line in CsvFile.Lines(reader, name, "image", "label"))
        {
            string image = line.Image(),
                text = line.Text("label");
            if (!seen.Add(image))
                throw line.Error($"{image} is on an earlier line too");
            int label = 0;
            while (label < labels.Count && labels[label] != text)
                label++;
            if (label == labels.Count)
                throw line.Error($"label is '{text}'; the model's labels are {string.Join(", ", labels)}");
            double? area = line.TextOrEmpty("box_area").Length == 0 ? null : line.Number("box_area");
            if (area is < 0 or > 1)
                throw line.Error($"box_area is {line.Text("box_area")}; it must be from 0 to 1");
            pictures.Add(
                new LabelledPicture(image, Path.Combine(folder, image), label, line.TextOrEmpty("source"), line.Flag("gray"), area)
            );
        }

        if (pictures.Count == 0)
            throw new AnnotationException($"{name}: there is no picture in this file.");
        return new LabelledSet(pictures);
    }
}
