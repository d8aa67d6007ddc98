using System.CommandLine;
using RNNPool.Edge.Core;
using RNNPool.Edge.Models.Arch;
using RNNPool.Edge.Models.FloatNetworks;
using RNNPool.Edge.Models.Packages;
using RNNPool.Edge.Models.Quantization;
using RNNPool.Edge.Models.Safetensors;
using RNNPool.Edge.Vision.Calibration;

namespace RNNPool.Edge.Cli.Model;

/// <summary><c>rnnpool-edge model quantize</c>: creates a package from float weights and calibration pictures.</summary>
internal static class QuantizeCommand
{
    /// <summary>Pictures on which the signal-to-noise ratios of the report are measured.</summary>
    private const int ReportPictures = 32;

    public static Command Build(Terminal terminal)
    {
        var arch = new Option<string>("--arch")
        {
            Description = "The architecture, arch.json.",
            HelpName = "FILE",
            Required = true,
        };
        var weights = new Option<string>("--weights")
        {
            Description = "The float weights, batch norm folded.",
            HelpName = "FILE.safetensors",
            Required = true,
        };
        var calibration = new Option<string>("--calibration")
        {
            Description = "Typical pictures of the device: a folder, or a CSV file with a column image.",
            HelpName = "DIR|CSV",
            Required = true,
        };
        var output = new Option<string>("--out")
        {
            Description = "The package to write.",
            HelpName = "FILE.rnnp",
            Required = true,
        };
        var pictures = new Option<int>("--pictures")
        {
            Description = "Most calibration pictures; taken at even distances.",
            HelpName = "N",
            DefaultValueFactory = _ => 256,
        };
        var ranges = new Option<RangeChoice>("--ranges")
        {
            Description = "Method for activation ranges.",
            DefaultValueFactory = _ => RangeChoice.MeanSquare,
        };
        var keepBiases = new Option<bool>("--keep-biases")
        {
            Description = "Do not correct the biases by the mean error of the rounded weights.",
        };
        var candidates = new Option<int>("--candidates")
        {
            Description = "Most boxes over the threshold that a device keeps before suppression, 1 to 256.",
            HelpName = "N",
            DefaultValueFactory = _ => 256,
        };
        var json = Terminal.JsonOption();
        pictures.Validators.Add(result => Limits.Check(result, pictures, 1, 100_000));
        candidates.Validators.Add(result => Limits.Check(result, candidates, 1, PackageFormat.MaxCandidates));
        var command = new Command("quantize", "Quantize float weights into a package, with ranges from calibration pictures.")
        {
            arch,
            weights,
            calibration,
            output,
            pictures,
            ranges,
            keepBiases,
            candidates,
            json,
        };
        command.SetAction(
            async (result, cancellationToken) =>
            {
                NetworkArchitecture architecture = NetworkArchitecture.Load(result.GetValue(arch)!);
                FloatNetwork network = FloatNetwork.Load(architecture, SafetensorsFile.Load(result.GetValue(weights)!));
                IReadOnlyList<string> files = PictureList.Find(result.GetValue(calibration)!, result.GetValue(pictures));
                IReadOnlyList<ReadOnlyMemory<byte>> frames = await ProgressLine
                    .ComputeAsync(terminal, "pictures", progress =>
                        CalibrationPictures.Load(files, network.Architecture.Input, cancellationToken, progress)
                    )
                    .ConfigureAwait(false);
                var options = new QuantizerOptions
                {
                    Ranges = result.GetValue(ranges),
                    CorrectBiases = !result.GetValue(keepBiases),
                    MaxCandidates = result.GetValue(candidates),
                };
                QuantizationResult quantized = await ProgressLine
                    .ComputeAsync(terminal, "calibration", progress =>
                        Quantizer.Quantize(network, frames, options, progress, cancellationToken)
                    )
                    .ConfigureAwait(false);

                string path = result.GetValue(output)!;
                AtomicFile.Write(path, quantized.Package);
                ModelPackage package = ModelPackage.Parse(quantized.Package, path);
                var comparison = new LayerComparison(network, package);
                int measured = Math.Min(ReportPictures, frames.Count);
                IReadOnlyList<LayerNoise> noise = await ProgressLine
                    .ComputeAsync(terminal, "layers", progress =>
                    {
                        for (int i = 0; i < measured; i++)
                        {
                            cancellationToken.ThrowIfCancellationRequested();
                            comparison.Add(frames[(int)((long)i * frames.Count / measured)].Span);
                            progress.Report((i + 1.0) / measured);
                        }

                        return comparison.Layers;
                    })
                    .ConfigureAwait(false);
                QuantizationSummary summary = QuantizationSummary.From(package, frames.Count, quantized.Tensors, noise);
                if (result.GetValue(json))
                    terminal.WriteJson(summary, ModelJson.Default.QuantizationSummary);
                else
                    Show(terminal, path, summary);
                return ExitCode.Ok;
            }
        );
        return command;
    }

    private static void Show(Terminal terminal, string path, QuantizationSummary summary)
    {
        var table = Tables.Create("tensor", ["seen from", "to", "held from", "to", "saturated", "SNR dB"]);
        foreach (TensorSummary tensor in summary.Tensors)
        {
            Tables.Add(
                table,
                tensor.Name,
                Tables.Number(tensor.Minimum, "0.000"),
                Tables.Number(tensor.Maximum, "0.000"),
                Tables.Number(tensor.Low, "0.000"),
                Tables.Number(tensor.High, "0.000"),
                tensor.SaturatedPercent is { } share ? Tables.Number(share, "0.000") + " %" : "",
                string.Join(" / ", tensor.SnrDb.Select(value => Tables.Number(value, "0.0")))
            );
        }

        terminal.Write(table);
        terminal.WriteLine(
            $"{path}: {summary.Bytes} bytes, arena {summary.ArenaBytes} bytes, calibrated on {summary.Pictures} pictures. "
                + "Two ratios in a row are those of a head's class and box outputs."
        );
    }
}
