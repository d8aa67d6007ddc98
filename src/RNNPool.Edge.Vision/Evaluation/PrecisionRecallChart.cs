using System.Globalization;
using System.Security;
using System.Text;

namespace RNNPool.Edge.Vision.Evaluation;

/// <summary>The precision-recall curve as a picture.</summary>
public static class PrecisionRecallChart
{
    private const int Width = 640;
    private const int Height = 480;
    private const int Left = 64;
    private const int Top = 44;
    private const int PlotWidth = Width - Left - 24;
    private const int PlotHeight = Height - Top - 56;

    /// <summary>Draws the curve, its envelope and the working point.</summary>
    /// <param name="result">The figures.</param>
    /// <param name="title">Title, such as the model and the set of pictures.</param>
    /// <returns>An SVG document, 640 by 480.</returns>
    public static string ToSvg(EvaluationResult result, string title)
    {
        ArgumentNullException.ThrowIfNull(result);
        var svg = new StringBuilder();
        svg.Append(
            CultureInfo.InvariantCulture,
            $"""
            <svg xmlns="http://www.w3.org/2000/svg" width="{Width}" height="{Height}" viewBox="0 0 {Width} {Height}"
              font-family="sans-serif" font-size="13">
            <rect width="{Width}" height="{Height}" fill="#ffffff"/>
            <text x="{Width / 2}" y="24" text-anchor="middle" font-size="16">{SecurityElement.Escape(title)}</text>

            """
        );
        AppendGrid(svg);
        AppendLine(svg, Thin(result.Curve, p => p.Precision), "#9ecae1", 1);
        AppendLine(svg, Thin(result.Curve, Envelope(result.Curve)), "#08519c", 2);
        int lower = Top + PlotHeight - 14,
            upper = lower - 20;
        string working = string.Create(
            CultureInfo.InvariantCulture,
            $"threshold {result.WorkingThreshold:F2}: precision {result.Precision:F3}, recall {result.Recall:F3}"
        );
        svg.Append(
            CultureInfo.InvariantCulture,
            $"""
            <circle cx="{X(result.Recall):F1}" cy="{Y(result.Precision):F1}" r="5" fill="#d7301f"/>
            <text x="{Left + 12}" y="{upper}" fill="#08519c">AP@0.5 {result.Ap50:F3} ({result.Faces} faces, {result.Images} pictures)</text>
            <text x="{Left + 12}" y="{lower}" fill="#d7301f">{working}</text>
            </svg>

            """
        );
        return svg.ToString();
    }

    private static void AppendGrid(StringBuilder svg)
    {
        for (int i = 0; i <= 10; i++)
        {
            double value = i / 10.0;
            svg.Append(
                CultureInfo.InvariantCulture,
                $"""
                <path d="M{X(value):F1} {Y(0):F1}V{Y(1):F1}M{X(0):F1} {Y(value):F1}H{X(1):F1}" stroke="#dddddd"/>
                <text x="{X(value):F1}" y="{Y(0) + 18:F1}" text-anchor="middle">{value:F1}</text>
                <text x="{X(0) - 8:F1}" y="{Y(value) + 4:F1}" text-anchor="end">{value:F1}</text>

                """
            );
        }

        svg.Append(
            CultureInfo.InvariantCulture,
            $"""
            <text x="{Left + (PlotWidth / 2)}" y="{Height - 14}" text-anchor="middle">recall</text>
            <text transform="translate(18 {Top + (PlotHeight / 2)}) rotate(-90)" text-anchor="middle">precision</text>

            """
        );
    }

    private static Func<CurvePoint, double> Envelope(IReadOnlyList<CurvePoint> curve)
    {
        var best = new Dictionary<double, double>();
        double envelope = 0;
        for (int i = curve.Count - 1; i >= 0; i--)
            best[curve[i].Recall] = envelope = Math.Max(envelope, curve[i].Precision);
        return point => best[point.Recall];
    }

    // One point per pixel column suffices; thousands of detections would give a file of megabytes.
    private static List<(double X, double Y)> Thin(IReadOnlyList<CurvePoint> curve, Func<CurvePoint, double> value)
    {
        var points = new List<(double X, double Y)>();
        foreach (CurvePoint point in curve)
        {
            (double x, double y) = (X(point.Recall), Y(value(point)));
            if (points.Count == 0 || Math.Abs(points[^1].X - x) >= 1 || Math.Abs(points[^1].Y - y) >= 1)
                points.Add((x, y));
        }

        return points;
    }

    private static void AppendLine(StringBuilder svg, List<(double X, double Y)> points, string colour, int width)
    {
        if (points.Count == 0)
            return;
        svg.Append("<polyline points=\"");
        foreach ((double x, double y) in points)
            svg.Append(CultureInfo.InvariantCulture, $"{x:F1},{y:F1} ");
        svg.Append(CultureInfo.InvariantCulture, $"\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\"/>\n");
    }

    private static double X(double recall) => Left + (recall * PlotWidth);

    private static double Y(double precision) => Top + ((1 - precision) * PlotHeight);
}
