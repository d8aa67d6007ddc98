using System.CommandLine;
using System.Diagnostics;
using RNNPool.Edge.Core;
using RNNPool.Edge.Models;
using RNNPool.Edge.Models.Arch;
using RNNPool.Edge.Models.Folders;
using RNNPool.Edge.Settings;
using RNNPool.Edge.Vision.Detectors;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Geometry;
using RNNPool.Edge.Vision.Imaging;

namespace RNNPool.Edge.Cli.Eval;

/// <summary><c>rnnpool-edge eval PICTURES.csv</c>: measures the model on annotated or labelled pictures.</summary>
internal static class EvalCommand
{
    /// <summary>Most boxes and candidates of a picture: the curve needs all detections, also far below the working threshold.</summary>
    private const int MostDetections = 300,
        MostCandidates = 1000;

    public static (Command Command, string Examples) Build(Terminal terminal, IDeviceComposer composer)
    {
        var pictures = new Argument<string>("ANNOTATIONS")
        {
            Description = "CSV file: image, width, height, x, y, w, h and optionally ignore for a detector; image, label for a classifier.",
        };
        var plot = new Option<FileInfo?>("--plot")
        {
            Description = "Write the precision-recall curve of a detector to this SVG file.",
            HelpName = "FILE.svg",
        };
        var json = Terminal.JsonOption("tables");
        plot.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<FileInfo?>() is { } file && !file.Extension.Equals(".svg", StringComparison.OrdinalIgnoreCase))
                result.AddError($"--plot {file.Name} must end in .svg.");
        });
        var command = new Command(
            "eval",
            "Measure the model on annotated or labelled pictures: average precision or accuracy, errors by kind, time."
        )
        {
            pictures,
            plot,
            json,
        };
        SharedOptions shared = SharedOptions.AddTo(command, composer, device: false).WithEngine(command);
        command.SetAction(
            async (result, cancellationToken) =>
            {
                using Composition<ModelSettings> model = composer.Compose<ModelSettings>(shared.Load(result), CompositionScope.Model);
                ModelFolder folder = ModelFolder.Open(model.Root.Model.Resolve());
                DetectorOptions options = model.Root.Detector;
                string path = result.GetValue(pictures)!;
                FileInfo? svg = result.GetValue(plot);
                if (folder.Architecture.Task == NetworkTask.Classification)
                {
                    if (svg is not null)
                        throw new CommandException(
                            $"{folder.Name} is a classifier, and a precision-recall curve is that of a detector.",
                            "Leave --plot out.",
                            ExitCode.Usage
                        );
                    await ClassificationEval
                        .RunAsync(folder, options, path, result.GetValue(json), terminal, cancellationToken)
                        .ConfigureAwait(false);
                }
                else
                {
                    await DetectionEval
                        .RunAsync(folder, options, path, svg, result.GetValue(json), terminal, cancellationToken)
                        .ConfigureAwait(false);
                }

                return ExitCode.Ok;
            }
        );
        return (
            command,
            """
              rnnpool-edge eval faces/val.csv
              rnnpool-edge eval faces/val.csv --threshold 0.4 --plot curve.svg
              rnnpool-edge eval faces/val.csv --model ./models/face-qvga --engine interpreter --json
              rnnpool-edge eval persons/val.csv --model person-vww
            """
        );
    }

    /// <summary>Creates an engine that reports all detections above a score.</summary>
    /// <exception cref="ModelException">The folder lacks a file that the engine needs.</exception>
    public static IDetector CreateDetector(ModelFolder folder, DetectorOptions options, float lowestScore)
    {
        options.ScoreThreshold = lowestScore;
        options.MaxDetections ??= MostDetections;
        return HostDetector.Create(folder, options, MostCandidates);
    }

    /// <summary>Runs a detector over pictures, with a progress bar on a terminal.</summary>
    /// <param name="paths">The pictures.</param>
    /// <param name="detector">The engine.</param>
    /// <param name="judge">Called with index, frame and detections of each picture.</param>
    /// <param name="terminal">Shows the progress bar.</param>
    /// <param name="cancellationToken">Stops between pictures.</param>
    /// <returns>Median milliseconds of an inference, and pictures per second with reading and decoding.</returns>
    public static async Task<EvalTiming> EvaluateAsync(
        IReadOnlyList<string> paths,
        IDetector detector,
        Action<int, Frame, DetectionList> judge,
        Terminal terminal,
        CancellationToken cancellationToken
    )
    {
        var frames = new FramePool(2);
        var detections = new DetectionList();
        double[] milliseconds = new double[paths.Count];
        long start = Stopwatch.GetTimestamp();
        await ProgressLine
            .RunAsync(terminal, "pictures", paths.Count, async advance =>
            {
                for (int i = 0; i < paths.Count; i++)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    using Frame frame = ImageCodec.Load(paths[i], frames);
                    await detector.DetectAsync(frame, detections, cancellationToken).ConfigureAwait(false);
                    judge(i, frame, detections);
                    milliseconds[i] = detections.Duration.TotalMilliseconds;
                    advance(i + 1);
                }
            })
            .ConfigureAwait(false);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Array.Sort(milliseconds);
        return new EvalTiming(Math.Round(milliseconds[milliseconds.Length / 2], 3), Math.Round(paths.Count / seconds, 1));
    }
}

/// <summary>Speed of an evaluation.</summary>
/// <param name="MedianMs">Median time of one inference in milliseconds, preparation and decoding of the outputs included.</param>
/// <param name="ImagesPerSecond">Pictures per second, reading and decoding the files included.</param>
internal readonly record struct EvalTiming(double MedianMs, double ImagesPerSecond);
