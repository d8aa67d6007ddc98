using System.Globalization;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Geometry;
using RNNPool.Edge.Vision.Presence;
using Spectre.Console;

namespace RNNPool.Edge.Cli;

/// <summary>
/// Detections in picture files as a table: one row for each detection; the first row of a file contains its name and figures.
/// </summary>
internal sealed class DetectionTable
{
    private readonly Table _table;
    private readonly int _more;

    /// <param name="figures">Headings of the figures of a run, such as <c>ms</c>.</param>
    /// <param name="verdict">Heading of a last column of text; none when null.</param>
    public DetectionTable(string[] figures, string? verdict = null)
    {
        _table = Tables.CreateText("file", "label").Figures(["score", "x", "y", "width", "height", .. figures]);
        if (verdict is not null)
            _table.Words(verdict);
        _more = figures.Length + (verdict is null ? 0 : 1);
    }

    /// <summary>Adds the detections of one file.</summary>
    /// <param name="file">The file as given on the command line.</param>
    /// <param name="detections">The detections.</param>
    /// <param name="more">The figures of the run, and the verdict if there is one.</param>
    public void Add(string file, IReadOnlyList<FileDetection> detections, params string[] more)
    {
        if (detections.Count == 0)
            _table.Add([file, "(nothing)", "", "", "", "", "", .. more]);
        for (int i = 0; i < detections.Count; i++)
        {
            FileDetection found = detections[i];
            EventBox box = found.Box;
            string[] cells =
            [
                i == 0 ? file : "",
                found.Label,
                Number(found.Score, "0.000"),
                Number(box.X, "0"),
                Number(box.Y, "0"),
                Number(box.Width, "0"),
                Number(box.Height, "0"),
            ];
            _table.Add([.. cells, .. i == 0 ? more : Enumerable.Repeat("", _more)]);
        }
    }

    public void Write(Terminal terminal)
    {
        if (_table.Rows.Count > 0)
            terminal.Write(_table);
    }

    /// <summary>Detections in a frame, with labels, in pixels and in fractions of the frame.</summary>
    public static List<FileDetection> Describe(ReadOnlySpan<Detection> detections, IReadOnlyList<string> labels, Frame frame)
    {
        var list = new List<FileDetection>(detections.Length);
        foreach (Detection found in detections)
        {
            BoundingBox box = found.Box;
            list.Add(
                new FileDetection(
                    labels[found.Label],
                    Math.Round(found.Score, 4),
                    new EventBox(Math.Round(box.X, 1), Math.Round(box.Y, 1), Math.Round(box.Width, 1), Math.Round(box.Height, 1)),
                    new EventBox(
                        Fraction(box.X, frame.Width),
                        Fraction(box.Y, frame.Height),
                        Fraction(box.Width, frame.Width),
                        Fraction(box.Height, frame.Height)
                    )
                )
            );
        }

        return list;
    }

    public static string Number(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "-";

    private static double Fraction(float length, int whole) => Math.Round((double)length / whole, 5);
}
