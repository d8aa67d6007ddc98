using static RNNPool.Edge.Models.Packages.PackageFormat;

namespace RNNPool.Edge.Models.Packages;

/// <summary>
/// Multiply-accumulates of one inference in the firmware's engine, with its fixed costs counted as such: docs/model-format.md, Work.
/// A board refuses a package above its limit.
/// </summary>
internal static class PackageWork
{
    private const int PerOutput = 8;

    /// <summary>The work of a chain of layers, 2^32 - 1 at most.</summary>
    public static uint Compute(IEnumerable<LayerRecord> layers) => (uint)Math.Min(layers.Sum(Of), uint.MaxValue);

    private static long Of(LayerRecord layer)
    {
        MapShape input = layer.Input,
            output = layer.Output;
        return layer.Operation switch
        {
            LayerOperation.RnnPool => OfPool(layer),
            LayerOperation.AveragePool => Pixels(input) * Pad2(output.Channels),
            LayerOperation.Depthwise3x3 => Pixels(output) * Pad2(output.Channels) * (10 + PerOutput),
            _ => Pixels(output) * Pad2(output.Channels) * (layer.WeightElements + PerOutput),
        };
    }

    private static long OfPool(LayerRecord layer)
    {
        MapShape input = layer.Input,
            output = layer.Output;
        long across = layer.Patch == 0 ? input.Width : layer.Patch,
            down = layer.Patch == 0 ? input.Height : layer.Patch;
        long rowEnds = (long)output.Width * input.Height,
            columnEnds = (long)input.Width * output.Height;
        return (Pixels(input) * layer.Hidden1 * (Pad2(input.Channels) + PerOutput))
            + (((rowEnds * across) + (columnEnds * down)) * Step(layer.Hidden1))
            + ((rowEnds + columnEnds) * layer.Hidden2 * (layer.Hidden1 + 4))
            + (2L * output.Width * output.Height * (across + down) * Step(layer.Hidden2));
    }

    // Kernels compute four pixels of a row at a time.
    private static long Pixels(MapShape map) => (long)Pad4(map.Width) * map.Height;

    // A step of a cell: its matrix product and its gates.
    private static long Step(long states) => (states * (states + 4)) + 24;
}
