using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Options;
using RNNPool.Edge.Models;
using RNNPool.Edge.Models.Arch;
using RNNPool.Edge.Models.Folders;
using RNNPool.Edge.Pipeline;
using RNNPool.Edge.Vision.Detection;
using RNNPool.Edge.Vision.Evaluation;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Imaging;
using Spectre.Console;

namespace RNNPool.Edge.Commands;

/// <summary><c>rnnpool-edge eval ANNOTATIONS.csv</c>: how good the model is on annotated pictures.</summary>
internal static class EvalCommand
{
    /// <summary>The curve needs detections far below the working threshold.</summary>
    private const float LowestScore = 0.01f;

    public static (Command Command, string Examples) Build(Terminal terminal)
    {
        var annotations = new Argument<string>("ANNOTATIONS") { Description = "CSV file with the columns image, width, height, x, y, w, h and perhaps ignore; see docs/cli.md." };
        var plot = new Option<FileInfo?>("--plot") { Description = "Write the precision-recall curve to this SVG file.", HelpName = "FILE.svg" };
        var json = new Option<bool>("--json") { Description = "Print JSON instead of tables." };
        plot.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<FileInfo?>() is { } file && !file.Extension.Equals(".svg", StringComparison.OrdinalIgnoreCase)) result.AddError($"--plot {file.Name} must end in .svg.");
        });
        var command = new Command("eval", "Measure the model on annotated pictures: average precision, precision and recall, time.") { annotations, plot, json };
        SharedOptions shared = SharedOptions.AddTo(command, device: false);
        command.SetAction(async (result, cancellationToken) =>
        {
            using ServiceProvider services = ModelServices.Create(shared.File(result), shared.Overrides(result));
            AnnotationSet set = AnnotationSet.Load(result.GetValue(annotations)!);
            ModelFolder folder = ModelFolder.Open(services.GetRequiredService<IOptions<ModelOptions>>().Value.Resolve());
            DetectionSpec spec = folder.Architecture.Detection ?? throw new ModelException($"{folder.Path}: {folder.Name} is not a detector.");
            DetectorOptions options = services.GetRequiredService<IOptions<DetectorOptions>>().Value;
            float threshold = options.ScoreThreshold ?? spec.ScoreThreshold;
            options.ScoreThreshold = MathF.Min(LowestScore, threshold);
            using OnnxDetector detector = OnnxDetector.Create(folder, options);
            (EvaluationResult evaluation, Timing timing) = await RunAsync(set, detector, new DetectionEvaluator(threshold, folder.Architecture.Input), terminal, cancellationToken).ConfigureAwait(false);

            if (result.GetValue(plot) is { } file) await File.WriteAllTextAsync(file.FullName, PrecisionRecallChart.ToSvg(evaluation, $"{folder.Name} on {Path.GetFileName(set.Path)}"), cancellationToken).ConfigureAwait(false);
            EvaluationSummary summary = Summarize(folder, evaluation, timing);
            if (result.GetValue(json)) terminal.Output.Profile.Out.Writer.WriteLine(JsonSerializer.Serialize(summary, CommandJson.Default.EvaluationSummary));
            else Show(terminal, summary);
            return ExitCode.Ok;
        });
        return (command, """
              rnnpool-edge eval faces/val.csv
              rnnpool-edge eval faces/val.csv --threshold 0.4 --plot curve.svg
              rnnpool-edge eval faces/val.csv --model ./models/face-qvga --threads 2 --json
            """);
    }

    private static async Task<(EvaluationResult Result, Timing Timing)> RunAsync(
        AnnotationSet set, OnnxDetector detector, DetectionEvaluator evaluator, Terminal terminal, CancellationToken cancellationToken)
    {
        var frames = new FramePool(2);
        var detections = new DetectionList();
        double[] milliseconds = new double[set.Pictures.Count];
        long start = Stopwatch.GetTimestamp();
        async Task JudgeAsync(Action advance)
        {
            for (int i = 0; i < set.Pictures.Count; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                AnnotatedPicture picture = set.Pictures[i];
                using Frame frame = ImageCodec.Load(picture.Path, frames);
                if ((frame.Width, frame.Height) != (picture.Width, picture.Height))
                {
                    throw new CommandException($"{picture.Path} is {frame.Width}x{frame.Height}, but {set.Path} says {picture.Width}x{picture.Height}.", "The boxes would be wrong; correct the annotations or the picture.");
                }

                await detector.DetectAsync(frame, detections, cancellationToken).ConfigureAwait(false);
                evaluator.Add(picture, detections.Items);
                milliseconds[i] = detections.Duration.TotalMilliseconds;
                advance();
            }
        }

        if (Console.IsErrorRedirected)
        {
            await JudgeAsync(static () => { }).ConfigureAwait(false);
        }
        else
        {
            await terminal.Error.Progress()
                .AutoClear(true)
                .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
                .StartAsync(async context =>
                {
                    ProgressTask task = context.AddTask("pictures", maxValue: set.Pictures.Count);
                    await JudgeAsync(() => task.Increment(1)).ConfigureAwait(false);
                }).ConfigureAwait(false);
        }

        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Array.Sort(milliseconds);
        return (evaluator.Complete(), new Timing(milliseconds[milliseconds.Length / 2], set.Pictures.Count / seconds));
    }

    private static EvaluationSummary Summarize(ModelFolder folder, EvaluationResult result, Timing timing) => new()
    {
        Model = folder.Name,
        Ap50 = Math.Round(result.Ap50, 4),
        Images = result.Images,
        Faces = result.Faces,
        Precision = Math.Round(result.Precision, 4),
        Recall = Math.Round(result.Recall, 4),
        Threshold = Math.Round(result.WorkingThreshold, 4),
        MedianMs = Math.Round(timing.MedianMilliseconds, 3),
        ImagesPerSecond = Math.Round(timing.PicturesPerSecond, 1),
        Parameters = folder.Architecture.Analysis.Parameters,
        MultiplyAdds = folder.Architecture.Analysis.MultiplyAdds,
        ByHeight = [.. result.ByHeight.Select(bin => new HeightBand(bin.MinHeight, bin.MaxHeight, bin.Faces, bin.Faces == 0 ? null : Math.Round(bin.Ap50, 4), bin.Faces == 0 ? null : Math.Round(bin.Recall, 4)))],
    };

    private static void Show(Terminal terminal, EvaluationSummary summary)
    {
        var figures = new Table().Border(TableBorder.Simple).AddColumn("figure").AddColumn("value", column => column.RightAligned());
        foreach ((string name, string value) in new[]
        {
            ("model", summary.Model),
            ("parameters", Number(summary.Parameters, "0")),
            ("multiply-adds per picture", Number(summary.MultiplyAdds, "0")),
            ("pictures", Number(summary.Images, "0")),
            ("faces", Number(summary.Faces, "0")),
            ("AP@0.5", Number(summary.Ap50, "0.000")),
            ($"precision at {Number(summary.Threshold, "0.00")}", Number(summary.Precision, "0.000")),
            ($"recall at {Number(summary.Threshold, "0.00")}", Number(summary.Recall, "0.000")),
            ("median ms per inference", Number(summary.MedianMs, "0.0")),
            ("pictures per second, reading included", Number(summary.ImagesPerSecond, "0.0")),
        })
        {
            figures.AddRow(new Text(name), new Text(value));
        }

        var heights = new Table().Border(TableBorder.Simple).AddColumn("face height in input pixels");
        foreach (string heading in new[] { "faces", "AP@0.5", "recall" }) heights.AddColumn(heading, column => column.RightAligned());
        foreach (HeightBand band in summary.ByHeight)
        {
            heights.AddRow(new Text(string.Create(CultureInfo.InvariantCulture, $"{band.From} to {band.To}")), new Text(Number(band.Faces, "0")), new Text(Number(band.Ap50, "0.000")), new Text(Number(band.Recall, "0.000")));
        }

        terminal.Output.Write(figures);
        terminal.Output.Write(heights);
    }

    private static string Number(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "-";

    private readonly record struct Timing(double MedianMilliseconds, double PicturesPerSecond);
}
