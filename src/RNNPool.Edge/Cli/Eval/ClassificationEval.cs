using System.Globalization;
using RNNPool.Edge.Models.Folders;
using RNNPool.Edge.Vision.Detectors;
using RNNPool.Edge.Vision.Evaluation;
using Spectre.Console;

namespace RNNPool.Edge.Cli.Eval;

/// <summary>A classifier on labelled pictures.</summary>
internal static class ClassificationEval
{
    /// <summary>The ROC curve needs every score; a softmax never reaches 0.</summary>
    public const float LowestScore = 1e-9f;

    public static async Task RunAsync(
        ModelFolder folder,
        DetectorOptions options,
        string path,
        bool json,
        Terminal terminal,
        CancellationToken cancellationToken
    )
    {
        IReadOnlyList<string> labels = folder.Architecture.Labels;
        LabelledSet set = LabelledSet.Load(path, labels);
        var evaluator = new ClassificationEvaluator(options.ScoreThreshold ?? ClassDecoder.DefaultThreshold, labels.Count);
        using IDetector detector = EvalCommand.CreateDetector(folder, options, LowestScore);
        EvalTiming timing = await EvalCommand
            .EvaluateAsync(
                [.. set.Pictures.Select(picture => picture.Path)],
                detector,
                (i, _, detections) => evaluator.Add(set.Pictures[i], detections.Items),
                terminal,
                cancellationToken
            )
            .ConfigureAwait(false);
        ClassificationSummary summary = Summarize(folder, detector.Engine, evaluator.Complete(), timing);
        if (json)
            terminal.WriteJson(summary, EvalJson.Default.ClassificationSummary);
        else
            Show(terminal, summary);
    }

    private static ClassificationSummary Summarize(ModelFolder folder, string engine, ClassificationResult result, EvalTiming timing) =>
        new()
        {
            Model = folder.Name,
            Engine = engine,
            Labels = folder.Architecture.Labels,
            Images = result.All.Images,
            Positives = result.All.Positives,
            Accuracy = Math.Round(result.All.Accuracy, 4),
            BalancedAccuracy = Math.Round(result.BalancedAccuracy, 4),
            Precision = Round(result.Precision),
            Recall = Round(result.All.Recall),
            Specificity = Round(result.All.Specificity),
            Auc = Round(result.Auc),
            Threshold = Math.Round(result.WorkingThreshold, 4),
            Confusion = result.Confusion,
            Mixed = result.Mixed is { } mixed ? Row("sources with both", mixed) : null,
            BySource = [.. result.BySource.Select(part => Row(part.Name, part.Figures))],
            ByGrey = [.. result.ByColour.Select(part => Row(part.Name, part.Figures))],
            ByArea = [.. result.ByArea.Select(bin => new AreaBand(bin.MinArea, bin.MaxArea, bin.Images, Math.Round(bin.Recall, 4)))],
            MedianMs = timing.MedianMs,
            ImagesPerSecond = timing.ImagesPerSecond,
            Parameters = folder.Architecture.Analysis.Parameters,
            MultiplyAdds = folder.Architecture.Analysis.MultiplyAdds,
        };

    private static ClassificationRow Row(string name, ClassificationFigures figures) =>
        new(name, figures.Images, figures.Positives, Math.Round(figures.Accuracy, 4), Round(figures.Recall), Round(figures.Specificity));

    private static double? Round(double? value) => value is { } number ? Math.Round(number, 4) : null;

    private static void Show(Terminal terminal, ClassificationSummary summary)
    {
        Table figures = Tables.Create("figure", ["value"]);
        foreach (
            (string name, string value) in new[]
            {
                ("model", summary.Model),
                ("engine", summary.Engine),
                ("parameters", Tables.Whole(summary.Parameters)),
                ("multiply-adds per picture", Tables.Whole(summary.MultiplyAdds)),
                ("pictures", Tables.Whole(summary.Images)),
                ($"of which not {summary.Labels[0]}", Tables.Whole(summary.Positives)),
                ("threshold", Tables.Number(summary.Threshold, "0.00")),
                ("accuracy", Tables.Number(summary.Accuracy, "0.0000")),
                ("balanced accuracy", Tables.Number(summary.BalancedAccuracy, "0.0000")),
                ("precision", Tables.Number(summary.Precision, "0.0000")),
                ("recall", Tables.Number(summary.Recall, "0.0000")),
                ("specificity", Tables.Number(summary.Specificity, "0.0000")),
                ("area under the ROC curve", Tables.Number(summary.Auc, "0.0000")),
                ("median ms per inference", Tables.Number(summary.MedianMs, "0.0")),
                ("pictures per second, reading included", Tables.Number(summary.ImagesPerSecond, "0.0")),
            }
        )
        {
            Tables.Add(figures, name, value);
        }

        terminal.Write(figures);
        Table confusion = Tables.Create("pictures", summary.Labels.Select(label => $"seen as {label}"));
        for (int i = 0; i < summary.Labels.Count; i++)
            Tables.Add(confusion, [summary.Labels[i], .. summary.Confusion[i].Select(count => Tables.Whole(count))]);
        terminal.Write(confusion);

        Table parts = Tables.Create("part", ["pictures", $"not {summary.Labels[0]}", "accuracy", "recall", "specificity"]);
        foreach (
            ClassificationRow row in (ClassificationRow[])
                [.. summary.BySource, .. summary.ByGrey, .. summary.Mixed is { } mixed ? [mixed] : Array.Empty<ClassificationRow>()]
        )
            Tables.Add(
                parts,
                row.Name,
                Tables.Whole(row.Images),
                Tables.Whole(row.Positives),
                Tables.Number(row.Accuracy, "0.000"),
                Tables.Number(row.Recall, "0.000"),
                Tables.Number(row.Specificity, "0.000")
            );
        if (parts.Rows.Count > 0)
            terminal.Write(parts);
        if (summary.ByArea.Count == 0)
            return;
        Table areas = Tables.Create("share of the picture covered", ["pictures", "recall"]);
        foreach (AreaBand band in summary.ByArea)
            Tables.Add(
                areas,
                string.Create(CultureInfo.InvariantCulture, $"{band.From * 100:0} to {band.To * 100:0} %"),
                Tables.Whole(band.Images),
                Tables.Number(band.Recall, "0.000")
            );
        terminal.Write(areas);
    }
}
