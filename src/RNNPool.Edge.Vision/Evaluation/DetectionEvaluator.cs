using RNNPool.Edge.Models.Arch;
using RNNPool.Edge.Vision.Geometry;

namespace RNNPool.Edge.Vision.Evaluation;

/// <summary>
/// Evaluates detections against annotated boxes. By descending score a detection matches the free face that it overlaps most, if by an
/// IoU of at least 0.5; one without a match is ignored when it overlaps an ignored box as much, or lies in one by more
/// than half; otherwise it is wrong. Faces whose smaller side is under 8 pixels when the picture's longer side is scaled to 448 are
/// ignored. Average precision is the area under the precision envelope over all points (as PASCAL VOC since 2010).
/// </summary>
/// <param name="workingThreshold">Minimum score of a reported detection in use.</param>
/// <param name="input">The network's input, in whose pixels the heights of <see cref="EvaluationResult.ByHeight"/> are.</param>
public sealed class DetectionEvaluator(float workingThreshold, InputSpec input)
{
    /// <summary>Minimum overlap of a detection with the face that it matches.</summary>
    public const float MatchIou = 0.5f;

    /// <summary>Faces under this share of the input's height are small.</summary>
    public const double SmallShare = 0.1;

    private const float SmallestSide = 8;
    private const float LongerSide = 448;

    private static readonly (int Min, int Max)[] Heights =
    [
        (0, 8),
        (8, 12),
        (12, 16),
        (16, 24),
        (24, 40),
        (40, 80),
        (80, 160),
        (160, 1000),
    ];

    private static readonly (double Min, double Max)[] Shares = [(0, 0.05), (0.05, 0.1), (0.1, 0.2), (0.2, 0.4), (0.4, 1)];

    private readonly List<Sample> _pictures = [];

    /// <summary>Adds the detections of one picture. Pass all with a score of about 0.01 and more, because the curve needs them.</summary>
    public void Add(AnnotatedPicture picture, ReadOnlySpan<Detection> detections)
    {
        ArgumentNullException.ThrowIfNull(picture);
        Detection[] sorted = [.. detections.ToArray().OrderByDescending(d => d.Score)];
        _pictures.Add(new Sample(picture, sorted));
    }

    /// <summary>Computes the figures.</summary>
    public EvaluationResult Complete()
    {
        Matches all = Match(_pictures, _ => true);
        List<CurvePoint> curve = Curve(all);
        (double precision, double recall) = At(all, workingThreshold);
        var bins = new List<HeightBin>();
        foreach ((int min, int max) in Heights)
        {
            Matches chosen = MatchHeights((double)min / input.Height, (double)max / input.Height);
            bins.Add(new HeightBin(min, max, chosen.Faces, AveragePrecision(Curve(chosen)), At(chosen, workingThreshold).Recall));
        }

        List<Sample> free = _pictures.FindAll(p => p.Picture.Boxes.Count == 0);
        return new EvaluationResult(AveragePrecision(curve), _pictures.Count, all.Faces, workingThreshold, precision, recall, bins, curve)
        {
            Small = ComputeShare(0, SmallShare),
            ByShare = [.. Shares.Select(share => ComputeShare(share.Min, share.Max))],
            BySource =
            [
                .. _pictures
                    .Where(p => p.Picture.Source.Length > 0)
                    .GroupBy(p => p.Picture.Source)
                    .OrderBy(g => g.Key, StringComparer.Ordinal)
                    .Select(g => ComputeSource(g.Key, [.. g])),
            ],
            FaceFreeImages = free.Count,
            FaceFreeFalseFaces = free.Sum(p => p.Detections.Count(d => d.Score >= workingThreshold)),
        };
    }

    private Matches MatchHeights(double min, double max) => Match(_pictures, share => share >= min && share < max);

    private ShareBin ComputeShare(double min, double max)
    {
        Matches chosen = MatchHeights(min, max == 1 ? double.PositiveInfinity : max);
        return new ShareBin(min, max, chosen.Faces, AveragePrecision(Curve(chosen)), At(chosen, workingThreshold).Recall);
    }

    private SourceFigures ComputeSource(string source, List<Sample> pictures)
    {
        Matches verdicts = Match(pictures, _ => true);
        int wrong = verdicts.Scores.Count(j => !j.Hit && j.Score >= workingThreshold);
        return new SourceFigures(source, pictures.Count, verdicts.Faces, AveragePrecision(Curve(verdicts)), wrong);
    }

    private static double AveragePrecision(List<CurvePoint> curve)
    {
        double area = 0,
            envelope = 0;
        for (int i = curve.Count - 1; i >= 0; i--)
        {
            envelope = Math.Max(envelope, curve[i].Precision);
            area += envelope * (curve[i].Recall - (i > 0 ? curve[i - 1].Recall : 0));
        }

        return area;
    }

    private static List<CurvePoint> Curve(Matches verdicts)
    {
        var curve = new List<CurvePoint>(verdicts.Scores.Count);
        int hits = 0;
        foreach ((float score, bool hit) in verdicts.Scores)
        {
            if (hit)
                hits++;
            curve.Add(new CurvePoint(score, (double)hits / (curve.Count + 1), (double)hits / Math.Max(verdicts.Faces, 1)));
        }

        return curve;
    }

    private static (double Precision, double Recall) At(Matches verdicts, float threshold)
    {
        int count = verdicts.Scores.Count(j => j.Score >= threshold),
            hits = verdicts.Scores.Count(j => j.Hit && j.Score >= threshold);
        return (count == 0 ? 1 : (double)hits / count, (double)hits / Math.Max(verdicts.Faces, 1));
    }

    // Faces whose height, as a share of the network's input, is outside the range are ignored like the other ignored faces.
    private Matches Match(List<Sample> pictures, Func<double, bool> wanted)
    {
        int faces = 0;
        var judged = new List<(float Score, bool Hit)>();
        foreach ((AnnotatedPicture picture, Detection[] detections) in pictures)
        {
            double scale =
                input.Fit == InputFit.Stretch
                    ? 1.0 / picture.Height
                    : Math.Min((double)input.Width / input.Height / picture.Width, 1.0 / picture.Height);
            var counted = new List<BoundingBox>();
            var ignored = new List<BoundingBox>();
            foreach (AnnotatedBox annotated in picture.Boxes)
                (annotated.Ignore || IsTooSmall(annotated.Box, picture) || !wanted(Share(annotated.Box, scale)) ? ignored : counted).Add(
                    annotated.Box
                );
            faces += counted.Count;
            MatchPicture(detections, counted, ignored, judged);
        }

        return new Matches(faces, [.. judged.OrderByDescending(j => j.Score)]);
    }

    private static void MatchPicture(
        Detection[] detections,
        List<BoundingBox> faces,
        List<BoundingBox> ignored,
        List<(float Score, bool Hit)> judged
    )
    {
        var free = new List<BoundingBox>(faces);
        foreach (Detection detection in detections)
        {
            int best = -1;
            float overlap = 0;
            for (int i = 0; i < free.Count; i++)
            {
                float iou = free[i].IntersectionOverUnion(detection.Box);
                if (iou > overlap)
                    (best, overlap) = (i, iou);
            }

            bool hit = best >= 0 && overlap >= MatchIou;
            if (hit)
                free.RemoveAt(best);
            else if (
                ignored.Exists(box =>
                    box.IntersectionOverUnion(detection.Box) >= MatchIou || box.Intersection(detection.Box) > detection.Box.Area / 2
                )
            )
                continue;
            judged.Add((detection.Score, hit));
        }
    }

    // Rounded because heights are in single precision: a face at a limit is on the same side for every model.
    private static double Share(in BoundingBox box, double scale) => Math.Round(box.Height * scale, 6);

    private static bool IsTooSmall(in BoundingBox box, AnnotatedPicture picture) =>
        MathF.Min(box.Width, box.Height) * LongerSide / Math.Max(picture.Width, picture.Height) < SmallestSide;

    private readonly record struct Sample(AnnotatedPicture Picture, Detection[] Detections);

    private sealed record Matches(int Faces, List<(float Score, bool Hit)> Scores);
}
