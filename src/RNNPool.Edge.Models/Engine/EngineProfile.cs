using System.Diagnostics;
using RNNPool.Edge.Models.Packages;

namespace RNNPool.Edge.Models.Engine;

/// <summary>Time of a layer of an engine.</summary>
/// <param name="Name">The layer.</param>
/// <param name="Operation">What it computes.</param>
/// <param name="Output">The map that it writes.</param>
/// <param name="MultiplyAdds">Multiplications by weights for one picture.</param>
/// <param name="Microseconds">Median time in microseconds, filling of the border for the next layer included.</param>
public sealed record LayerTime(string Name, LayerOperation Operation, MapShape Output, long MultiplyAdds, double Microseconds)
{
    /// <summary>Whether all of its multiplications use the instruction whose peak is measured: 1x1 and full 3x3 convolutions.</summary>
    public bool IsConvolution => Operation is LayerOperation.Conv3x3 or LayerOperation.Pointwise or LayerOperation.Head;
}

/// <summary>Times of the layers of an engine, and the peak of its multiplications.</summary>
/// <param name="Layers">The layers in the order of the package.</param>
/// <param name="PeakPerMicrosecond">
/// Multiply-adds per microsecond of the convolutions' instruction alone, with as many sums as their kernel keeps in registers: the median
/// of as many short runs.
/// </param>
public sealed record EngineProfile(IReadOnlyList<LayerTime> Layers, double PeakPerMicrosecond)
{
    private const int PeakRounds = 50_000;

    /// <summary>Share of the peak that a layer reaches, 0 to 1.</summary>
    public double ShareOfPeak(LayerTime layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        return layer.MultiplyAdds / layer.Microseconds / PeakPerMicrosecond;
    }

    /// <summary>Multiply-adds of all convolutions by their time, as a share of the peak, 0 to 1; 0 without a convolution.</summary>
    public double ConvolutionShare
    {
        get
        {
            LayerTime[] convolutions = [.. Layers.Where(layer => layer.IsConvolution)];
            double time = convolutions.Sum(layer => layer.Microseconds);
            return time == 0 ? 0 : convolutions.Sum(layer => layer.MultiplyAdds) / time / PeakPerMicrosecond;
        }
    }

    /// <summary>Runs a picture several times and times every layer, and the peak in turn with them.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="picture">The picture.</param>
    /// <param name="runs">Measured runs, at least 1; a tenth as many are not counted before them.</param>
    /// <param name="cancellationToken">Stops between runs.</param>
    public static EngineProfile Measure(SimdEngine engine, byte[] picture, int runs, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentOutOfRangeException.ThrowIfLessThan(runs, 1);
        PackageLayer[] layers = [.. engine.Package.Layers];
        double[][] times = [.. layers.Select(_ => new double[runs])];
        double[] peak = new double[runs];
        int[] sink = new int[1];
        for (int run = -((runs / 10) + 1); run < runs; run++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            engine.Begin(picture);
            for (int i = 0; i < layers.Length; i++)
            {
                long start = Stopwatch.GetTimestamp();
                engine.RunLayer(i);
                if (run >= 0)
                    times[i][run] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
            }

            engine.Finish();
            long begin = Stopwatch.GetTimestamp();
            long multiplyAdds = engine.MultiplyPeak(PeakRounds, sink);
            if (run >= 0)
                peak[run] = multiplyAdds / Stopwatch.GetElapsedTime(begin).TotalMicroseconds;
        }

        return new EngineProfile(
            [
                .. layers.Select(
                    (layer, i) =>
                        new LayerTime(layer.Name, layer.Record.Operation, layer.Record.Output, layer.Record.MultiplyAdds, Median(times[i]))
                ),
            ],
            Median(peak)
        );
    }

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return values[values.Length / 2];
    }
}
