using RNNPool.Edge.Models.Packages;

namespace RNNPool.Edge.Models.Engine.Kernels;

/// <summary>
/// One of RNNPool's two pipelines: RNN1 sweeps along lines (rows or columns) over the positions of each window, and RNN2 then runs over the
/// final states of the lines of a patch. Lines are in the order of their remainder by the stride, so that the lines that the RNN2s of
/// neighbouring patches read in the same step are neighbours.
/// </summary>
internal sealed class SweepGeometry
{
    private SweepGeometry(LayerRecord record, int lines, int positions, int outputs, int windows, int linePatch, int steps)
    {
        int padding = record.PatchPadding,
            stride = record.Stride;
        Padding = padding;
        Stride = stride;
        Positions = positions;
        Outputs = outputs;
        Windows = windows;
        LinePatch = linePatch;
        Steps = steps;
        int read = ((outputs - 1) * stride) + linePatch; // padded lines that some patch reads
        PhaseLines = (read + stride - 1) / stride;
        var order = new List<int>();
        var runs = new List<(int, int, int)>();
        var padded = new List<int>();
        for (int phase = 0; phase < stride; phase++)
        {
            int start = order.Count,
                target = -1;
            for (int i = phase, at = phase * PhaseLines; i < read; i += stride, at++)
            {
                int line = i - padding;
                if (line < 0 || line >= lines)
                {
                    padded.Add(at);
                    continue;
                }

                target = target < 0 ? at : target;
                order.Add(line);
            }

            if (order.Count > start)
                runs.Add((start, target, order.Count - start));
        }

        LineOrder = [.. order];
        Runs = [.. runs];
        Padded = [.. padded];
    }

    /// <summary>Zeros in front of the first position and of the first line.</summary>
    public int Padding { get; }

    public int Stride { get; }

    /// <summary>Positions of a line without padding.</summary>
    public int Positions { get; }

    /// <summary>Patches along the lines' axis.</summary>
    public int Outputs { get; }

    /// <summary>Windows of a line.</summary>
    public int Windows { get; }

    /// <summary>Lines of a patch: the steps of RNN2.</summary>
    public int LinePatch { get; }

    /// <summary>Positions of a window: the steps of RNN1.</summary>
    public int Steps { get; }

    /// <summary>Lines with the same remainder.</summary>
    public int PhaseLines { get; }

    /// <summary>The lines that are swept.</summary>
    public int[] LineOrder { get; }

    /// <summary>Runs of lines: index in <see cref="LineOrder"/>, place among all lines of all remainders, length.</summary>
    public (int Source, int Target, int Length)[] Runs { get; }

    /// <summary>Places of lines in the padding.</summary>
    public int[] Padded { get; }

    /// <summary>Lines are rows.</summary>
    public static SweepGeometry Rows(LayerRecord record) =>
        new(
            record,
            record.Input.Height,
            record.Input.Width,
            record.Output.Height,
            record.Output.Width,
            record.Patch == 0 ? record.Input.Height : record.Patch,
            record.Patch == 0 ? record.Input.Width : record.Patch
        );

    /// <summary>Lines are columns.</summary>
    public static SweepGeometry Columns(LayerRecord record) =>
        new(
            record,
            record.Input.Width,
            record.Input.Height,
            record.Output.Width,
            record.Output.Height,
            record.Patch == 0 ? record.Input.Width : record.Patch,
            record.Patch == 0 ? record.Input.Height : record.Patch
        );
}
