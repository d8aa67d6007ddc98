using System.Globalization;

namespace RNNPool.Edge.Models.Folders;

/// <summary>Measured quality of a model, from its card.</summary>
/// <param name="Metric">What was measured, such as <c>AP@0.5</c> or <c>accuracy</c>.</param>
/// <param name="Value">The figure, 0 to 1.</param>
/// <param name="Pictures">Name of the pictures that it was measured on.</param>
public sealed record ModelPrecision(string Metric, double Value, string Pictures);

/// <summary>The card of a model, <c>card.md</c> in its folder: free text with one machine-readable part, the measured figures.</summary>
public static class ModelCard
{
    /// <summary>Name of the file.</summary>
    public const string FileName = "card.md";

    /// <summary>The heading of the measured figures.</summary>
    public const string MeasuredMark = "<!-- measured -->";

    private const int MaxBytes = 256 * 1024,
        MaxText = 40;

    private static readonly string[] Metrics = ["AP@0.5", "accuracy"];

    /// <summary>
    /// The first figure of the measured part: the first row of its first table, in the column of average precision or accuracy.
    /// </summary>
    /// <param name="folder">The model's folder.</param>
    /// <returns>Null when there is no card, or none of that form.</returns>
    public static ModelPrecision? Precision(string folder)
    {
        try
        {
            var file = new FileInfo(Path.Combine(folder, FileName));
            if (!file.Exists || file.Length > MaxBytes)
                return null;
            string[] lines =
            [
                .. File.ReadLines(file.FullName).SkipWhile(line => line != MeasuredMark).SkipWhile(line => !line.StartsWith('|')).Take(3),
            ];
            if (lines.Length < 3)
                return null;
            string[] header = Cells(lines[0]),
                row = Cells(lines[2]);
            int column = Array.FindIndex(header, Metrics.Contains);
            if (column < 1 || row.Length != header.Length || row[0].Length is 0 or > MaxText)
                return null;
            return
                double.TryParse(row[column].Trim('*'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value)
                && value is >= 0 and <= 1
                ? new ModelPrecision(header[column], value, row[0])
                : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string[] Cells(string line) => [.. line.Trim().Trim('|').Split('|').Select(cell => cell.Trim())];
}
