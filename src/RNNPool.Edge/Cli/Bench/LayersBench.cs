using System.Globalization;
using RNNPool.Edge.Models;
using RNNPool.Edge.Models.Arch;
using RNNPool.Edge.Models.Engine;
using RNNPool.Edge.Models.Packages;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Imaging;
using Spectre.Console;

namespace RNNPool.Edge.Cli.Bench;

/// <summary>The layers of the vector engine: how long each takes, and the share of the multiply peak that convolutions reach.</summary>
internal static class LayersBench
{
    /// <summary>Measures the layers of a package.</summary>
    /// <exception cref="ModelException">The package cannot be used.</exception>
    public static LayersReport Run(string package, InputFit fit, Frame frame, BenchSettings settings, CancellationToken cancellationToken)
    {
        var engine = new SimdEngine(ModelPackage.Load(package));
        MapShape input = engine.Package.Header.Input;
        byte[] picture = new byte[input.Count];
        new GrayLetterbox(input.Width, input.Height, input.Channels, fit).Fill(frame, picture);
        EngineProfile profile = EngineProfile.Measure(engine, picture, settings.Iterations, cancellationToken);
        return new LayersReport(
            Math.Round(profile.PeakPerMicrosecond),
            Math.Round(profile.ConvolutionShare, 3),
            [
                .. profile.Layers.Select(layer => new LayerReport(
                    layer.Name,
                    layer.Operation.ToString(),
                    $"{layer.Output.Width}x{layer.Output.Height}x{layer.Output.Channels}",
                    layer.MultiplyAdds,
                    Math.Round(layer.Microseconds, 2),
                    layer.IsConvolution ? Math.Round(profile.ShareOfPeak(layer), 3) : null
                )),
            ]
        );
    }

    /// <summary>Writes a table for every model that has a package.</summary>
    public static void Show(Terminal terminal, IEnumerable<BenchReport> reports)
    {
        foreach (BenchReport report in reports)
        {
            if (report.Layers is not { } layers)
                continue;
            Table table = Tables.Create($"layers of {report.Model}", ["operation", "output", "multiply-adds", "us, median", "of the peak"]);
            foreach (LayerReport layer in layers.Layers)
            {
                Tables.Add(
                    table,
                    [
                        layer.Name,
                        layer.Operation,
                        layer.Output,
                        Tables.Whole(layer.MultiplyAdds),
                        layer.Microseconds.ToString("0.0", CultureInfo.InvariantCulture),
                        layer.ShareOfPeak is { } share ? Percent(share) : "-",
                    ]
                );
            }

            terminal.Write(table);
            terminal.WriteLine(
                $"The convolutions reach {Percent(layers.ConvolutionShare)} of the peak of their multiply instruction, "
                    + $"{Tables.Whole((long)layers.PeakPerMicrosecond)} multiply-adds per us here."
            );
        }
    }

    private static string Percent(double share) => (share * 100).ToString("0", CultureInfo.InvariantCulture) + " %";
}
