using System.CommandLine;
using RNNPool.Edge.Core;
using RNNPool.Edge.Models;
using RNNPool.Edge.Models.FloatNetworks;
using RNNPool.Edge.Models.Folders;
using RNNPool.Edge.Models.Packages;
using RNNPool.Edge.Models.Quantization;
using RNNPool.Edge.Models.Safetensors;
using RNNPool.Edge.Vision.Calibration;
using RNNPool.Edge.Vision.Evaluation;
using Spectre.Console;

namespace RNNPool.Edge.Cli.Model;

/// <summary><c>rnnpool-edge model compare FOLDER PICTURES</c>: measures the effect of quantization.</summary>
internal static class CompareCommand
{
    public static Command Build(Terminal terminal)
    {
        var folder = new Argument<string>("FOLDER")
        {
            Description = "Model folder with arch.json, weights.safetensors, model.onnx and model.rnnp.",
        };
        var pictures = new Argument<string>("PICTURES")
        {
            Description =
                "A folder of pictures, or a CSV file for eval, which also gives the average precision or accuracy of both models.",
        };
        var package = new Option<string?>("--package")
        {
            Description = "A package that replaces the one of the folder.",
            HelpName = "FILE.rnnp",
        };
        var snr = new Option<int>("--snr-pictures")
        {
            Description = "Most pictures for the signal-to-noise ratios.",
            HelpName = "N",
            DefaultValueFactory = _ => 64,
        };
        var json = Terminal.JsonOption("tables");
        snr.Validators.Add(result => Limits.Check(result, snr, 1, 100_000));
        var command = new Command("compare", "Compare a package with the float model: noise of every layer, and detections or classes.")
        {
            folder,
            pictures,
            package,
            snr,
            json,
        };
        command.SetAction(
            async (result, cancellationToken) =>
            {
                ModelFolder model = ModelFolder.Open(result.GetValue(folder)!);
                string weights = model.WeightsPath
                    ?? throw new ModelException($"{model.Path}: weights.safetensors is missing from this model folder.");
                ModelPackage quantized = PackageFile.Open(
                    result.GetValue(package)
                        ?? model.PackagePath
                        ?? throw new ModelException($"{model.Path}: model.rnnp is missing from this model folder.")
                );
                FloatNetwork network = FloatNetwork.Load(model.Architecture, SafetensorsFile.Load(weights));
                string path = result.GetValue(pictures)!;
                IReadOnlyList<LayerNoise> noise = await ProgressLine
                    .ComputeAsync(terminal, "layers", progress =>
                    {
                        IReadOnlyList<ReadOnlyMemory<byte>> frames = CalibrationPictures.Load(
                            PictureList.Find(path, result.GetValue(snr)),
                            network.Architecture.Input,
                            cancellationToken
                        );
                        var comparison = new LayerComparison(network, quantized);
                        for (int i = 0; i < frames.Count; i++)
                        {
                            cancellationToken.ThrowIfCancellationRequested();
                            comparison.Add(frames[i].Span);
                            progress.Report((i + 1.0) / frames.Count);
                        }

                        return comparison.Layers;
                    })
                    .ConfigureAwait(false);

                ComparisonSummary summary = ComparisonSummary.From(quantized, noise);
                if (quantized.Header.IsClassifier)
                {
                    LabelledSet? labelled = File.Exists(path) ? LabelledSet.Load(path, model.Architecture.Labels) : null;
                    IReadOnlyList<LabelledPicture> judged = labelled?.Pictures
                        ?? [.. PictureList.Find(path).Select(file => new LabelledPicture(Path.GetFileName(file), file, 0, "", null, null))];
                    var comparison = new ClassificationComparison(model, quantized, labelled is not null);
                    summary = await ProgressLine
                        .ComputeAsync(terminal, "classes", progress => comparison.Run(judged, summary, progress, cancellationToken))
                        .ConfigureAwait(false);
                }
                else
                {
                    AnnotationSet? annotations = File.Exists(path) ? AnnotationSet.Load(path) : null;
                    IReadOnlyList<AnnotatedPicture> judged = annotations?.Pictures
                        ?? [.. PictureList.Find(path).Select(file => new AnnotatedPicture(Path.GetFileName(file), file, 1, 1, "", []))];
                    var comparison = new DetectionComparison(model, quantized, annotations is not null);
                    summary = await ProgressLine
                        .ComputeAsync(terminal, "detections", progress => comparison.Run(judged, summary, progress, cancellationToken))
                        .ConfigureAwait(false);
                }

                if (result.GetValue(json))
                    terminal.WriteJson(summary, ModelJson.Default.ComparisonSummary);
                else
                    Show(terminal, summary);
                return ExitCode.Ok;
            }
        );
        return command;
    }

    private static void Show(Terminal terminal, ComparisonSummary summary)
    {
        Table layers = Tables.Create("layer", ["SNR dB"]);
        foreach (LayerNoiseSummary layer in summary.Layers)
            Tables.Add(layers, layer.Name, Tables.Number(layer.SnrDb, "0.0"));
        terminal.Write(layers);
        if (summary.Classifications is { } classes)
            Show(terminal, classes);
        if (summary.Detections is { } detections)
            Show(terminal, detections);
    }

    private static void Show(Terminal terminal, ClassificationsSummary classes)
    {
        Table table = Tables.Create("classes", ["float", "quantized"]);
        if (classes.FloatAccuracy is not null)
        {
            Tables.Add(
                table,
                "accuracy",
                Tables.Number(classes.FloatAccuracy, "0.0000"),
                Tables.Number(classes.QuantizedAccuracy, "0.0000")
            );
            Tables.Add(
                table,
                "balanced accuracy",
                Tables.Number(classes.FloatBalancedAccuracy, "0.0000"),
                Tables.Number(classes.QuantizedBalancedAccuracy, "0.0000")
            );
        }

        Tables.Add(
            table,
            $"same class at {Tables.Number(classes.Threshold, "0.00")}",
            $"{Tables.Number(classes.SameCount, "0")} of {Tables.Number(classes.Pictures, "0")}",
            ""
        );
        Tables.Add(table, "mean difference of the score", Tables.Number(classes.MeanScoreDifference, "0.0000"), "");
        Tables.Add(table, "largest difference", Tables.Number(classes.LargestScoreDifference, "0.0000"), "");
        terminal.Write(table);
    }

    private static void Show(Terminal terminal, DetectionsSummary detections)
    {
        Table table = Tables.Create("detections", ["float", "quantized"]);
        if (detections.FloatAp50 is not null)
            Tables.Add(table, "AP@0.5", Tables.Number(detections.FloatAp50, "0.0000"), Tables.Number(detections.QuantizedAp50, "0.0000"));
        if (detections.FloatAp50 is not null)
            Tables.Add(table, "AP@0.5 with the device's bounds", "", Tables.Number(detections.DeviceAp50, "0.0000"));
        Tables.Add(
            table,
            $"found at {Tables.Number(detections.Threshold, "0.00")}",
            Tables.Number(detections.FloatCount, "0"),
            Tables.Number(detections.QuantizedCount, "0")
        );
        Tables.Add(table, "of which both found", Tables.Number(detections.CommonCount, "0"), Tables.Number(detections.CommonCount, "0"));
        Tables.Add(table, "mean IoU of those", Tables.Number(detections.MeanIou, "0.000"), "");
        terminal.Write(table);
    }
}
