using RNNPool.Edge.Vision.Geometry;

namespace RNNPool.Edge.Vision.Evaluation;

/// <summary>Evaluates a classifier on labelled pictures.</summary>
/// <param name="workingThreshold">Minimum score of a positive prediction.</param>
/// <param name="classes">Number of classes, with the one that means no object.</param>
public sealed class ClassificationEvaluator(float workingThreshold, int classes)
{
    private static readonly (double Min, double Max)[] Areas = [(0, 0.02), (0.02, 0.05), (0.05, 0.1), (0.1, 0.2), (0.2, 0.4), (0.4, 1)];

    private readonly List<Verdict> _verdicts = [];

    /// <summary>Adds the prediction of one picture. Pass the detection with any score, because the ROC curve needs it.</summary>
    public void Add(LabelledPicture picture, ReadOnlySpan<Detection> detections)
    {
        ArgumentNullException.ThrowIfNull(picture);
        float score = detections.Length == 0 ? 0 : detections[0].Score;
        _verdicts.Add(new Verdict(picture, score, detections.Length > 0 && score >= workingThreshold ? detections[0].Label + 1 : 0));
    }

    /// <summary>Computes the figures.</summary>
    public ClassificationResult Complete()
    {
        int[][] confusion = [.. Enumerable.Range(0, classes).Select(_ => new int[classes])];
        foreach (Verdict verdict in _verdicts)
            confusion[verdict.Picture.Label][verdict.Given]++;
        int seen = _verdicts.Count(v => v.Given > 0);
        double[] recalls =
        [
            .. confusion
                .Select((row, label) => (Row: row, Label: label))
                .Where(c => c.Row.Sum() > 0)
                .Select(c => (double)c.Row[c.Label] / c.Row.Sum()),
        ];
        (string Name, Verdict[] Verdicts)[] sources =
        [
            .. _verdicts
                .Where(v => v.Picture.Source.Length > 0)
                .GroupBy(v => v.Picture.Source)
                .OrderBy(g => g.Key, StringComparer.Ordinal)
                .Select(g => (g.Key, g.ToArray())),
        ];
        Verdict[] mixed =
        [
            .. sources.Where(s => s.Verdicts.Any(v => v.Positive) && !s.Verdicts.All(v => v.Positive)).SelectMany(s => s.Verdicts),
        ];
        return new ClassificationResult(
            workingThreshold,
            Figures(_verdicts),
            recalls.Length == 0 ? 0 : recalls.Average(),
            seen == 0 ? null : (double)_verdicts.Count(v => v.Given > 0 && v.Positive) / seen,
            Auc(),
            confusion,
            mixed.Length == 0 ? null : Figures(mixed),
            [.. sources.Select(s => new ClassificationPart(s.Name, Figures(s.Verdicts)))],
            [
                .. _verdicts
                    .Where(v => v.Picture.Gray is not null)
                    .GroupBy(v => v.Picture.Gray!.Value)
                    .OrderBy(g => g.Key)
                    .Select(g => new ClassificationPart(g.Key ? "grey" : "colour", Figures([.. g]))),
            ],
            [.. ByArea()]
        );
    }

    private static ClassificationFigures Figures(IReadOnlyList<Verdict> verdicts)
    {
        int positives = verdicts.Count(v => v.Positive),
            right = verdicts.Count(v => v.Given == v.Picture.Label);
        int noticed = verdicts.Count(v => v.Positive && v.Given > 0),
            quiet = verdicts.Count(v => !v.Positive && v.Given == 0);
        return new ClassificationFigures(
            verdicts.Count,
            positives,
            verdicts.Count == 0 ? 0 : (double)right / verdicts.Count,
            positives == 0 ? null : (double)noticed / positives,
            positives == verdicts.Count ? null : (double)quiet / (verdicts.Count - positives)
        );
    }

    private IEnumerable<AreaBin> ByArea()
    {
        foreach ((double min, double max) in Areas)
        {
            Verdict[] chosen = [.. _verdicts.Where(v => v.Positive && v.Picture.BoxArea >= min && (v.Picture.BoxArea < max || max == 1))];
            if (chosen.Length > 0)
                yield return new AreaBin(min, max, chosen.Length, (double)chosen.Count(v => v.Given > 0) / chosen.Length);
        }
    }

    // By ranks (Mann-Whitney): equal scores share the mean of their ranks.
    private double? Auc()
    {
        Verdict[] sorted = [.. _verdicts.OrderBy(v => v.Score)];
        long positives = sorted.Count(v => v.Positive),
            negatives = sorted.Length - positives;
        if (positives == 0 || negatives == 0)
            return null;
        double ranks = 0;
        for (int first = 0, end; first < sorted.Length; first = end)
        {
            for (end = first + 1; end < sorted.Length && sorted[end].Score == sorted[first].Score; end++) { }

            double rank = (first + 1 + end) / 2.0;
            for (int i = first; i < end; i++)
                ranks += sorted[i].Positive ? rank : 0;
        }

        return (ranks - (positives * (positives + 1) / 2.0)) / ((double)positives * negatives);
    }

    private sealed record Verdict(LabelledPicture Picture, float Score, int Given)
    {
        public bool Positive => Picture.Label > 0;
    }
}
