using static RNNPool.Edge.Models.Packages.PackageFormat;

namespace RNNPool.Edge.Models.Packages;

/// <summary>Checks the content of the sections: ranges, padding, and that no accumulator can overflow.</summary>
internal sealed partial class PackageValidator
{
    private void CheckContent(int index, PackageLayer layer)
    {
        LayerRecord record = layer.Record;
        switch (record.Operation)
        {
            case LayerOperation.RnnPool:
                CheckRnn(index, layer);
                break;
            case LayerOperation.AveragePool:
                CheckAveragePool(index, layer);
                break;
            case LayerOperation.Depthwise3x3:
                CheckDepthwise(index, layer);
                break;
            default:
                CheckConvolution(index, layer);
                if (record.Operation == LayerOperation.Head)
                    CheckAnchors(index, layer);
                break;
        }
    }

    private void CheckConvolution(int index, PackageLayer layer)
    {
        LayerRecord record = layer.Record;
        ReadOnlySpan<sbyte> weights = layer.Weights;
        int elements = record.WeightElements,
            run = record.Operation is LayerOperation.Conv3x3 or LayerOperation.Head ? 3 * record.Input.Channels : record.Input.Channels;
        int paddedRun = Pad4(run);
        for (int n = 0; n < Pad2(record.Outputs); n++)
        {
            long sum = 0;
            for (int k = 0; k < elements; k++)
            {
                int weight = weights[PackageLayer.WeightIndex(elements, n, k)];
                if (weight == -128)
                    throw Invalid(index, record, $"weight {k} of output {n} is -128; weights are -127 to 127");
                if (weight != 0 && (n >= record.Outputs || k % paddedRun >= run))
                    throw Invalid(index, record, $"the padding weight {k} of output {n} is not zero");
                sum += Math.Abs(weight);
            }

            CheckParameters(index, layer, n, record.Outputs, sum);
        }
    }

    private void CheckDepthwise(int index, PackageLayer layer)
    {
        ReadOnlySpan<short> taps = layer.Taps;
        for (int c = 0; c < Pad2(layer.Record.Outputs); c++)
        {
            long sum = 0;
            for (int k = 0; k < 10 && c < layer.Record.Outputs; k++)
            {
                int tap = taps[(10 * c) + k];
                if (tap is < -127 or > 127)
                    throw Invalid(index, layer.Record, $"tap {k} of channel {c} is {tap}; taps are -127 to 127");
                if (k == 9 && tap != 0)
                    throw Invalid(index, layer.Record, $"the padding tap of channel {c} is not zero");
                sum += Math.Abs(tap);
            }

            CheckParameters(index, layer, c, layer.Record.Outputs, sum);
        }
    }

    private void CheckParameters(int index, PackageLayer layer, int n, int outputs, long weightSum)
    {
        int bias = layer.Parameters[2 * n],
            multiplier = layer.Parameters[(2 * n) + 1];
        if (multiplier < 0)
            throw Invalid(index, layer.Record, $"the multiplier of output {n} is {multiplier}; it must not be negative");
        if (n >= outputs && (bias != 0 || multiplier != 0))
            throw Invalid(index, layer.Record, "the padding parameters are not zero");
        if (Math.Abs((long)bias) + (128 * weightSum) >= 1L << 31)
            throw Invalid(index, layer.Record, $"the accumulator of output {n} can overflow");
    }

    private void CheckAveragePool(int index, PackageLayer layer)
    {
        LayerRecord record = layer.Record;
        int bias = layer.Parameters[0],
            expected = -record.InputZeroPoint * record.Input.Cells;
        Require(256L * record.Input.Cells < 1L << 31, index, record, $"the accumulator can overflow over {record.Input.Cells} cells");
        Require(bias == expected, index, record, $"the bias is {bias}; it must be {expected}");
        Require(layer.Parameters[1] >= 0, index, record, $"the multiplier is {layer.Parameters[1]}; it must not be negative");
    }

    private void CheckAnchors(int index, PackageLayer layer)
    {
        LayerRecord record = layer.Record;
        int outputs = 0;
        for (int a = 0; a < record.CellAnchors; a++)
        {
            ReadOnlySpan<ushort> anchor = layer.Anchors.Slice(4 * a, 4);
            Require(
                anchor[0] is >= 16 and <= 32767 && anchor[1] is >= 16 and <= 32767,
                index,
                record,
                $"anchor {a} is {anchor[0]}x{anchor[1]} sixteenths of a pixel; sides are 16 to 32767"
            );
            Require(anchor[2] is >= 1 and <= 16, index, record, $"anchor {a} has {anchor[2]} backgrounds; it must have 1 to 16");
            Require(anchor[3] == 0, index, record, $"the reserved field of anchor {a} is not zero");
            outputs += anchor[2] + 1;
        }

        Require(
            outputs == record.ClassOutputs,
            index,
            record,
            $"the anchors have {outputs} class outputs; the record has {record.ClassOutputs}"
        );
    }

    private void CheckRnn(int index, PackageLayer layer)
    {
        LayerRecord record = layer.Record;
        int h1 = record.Hidden1,
            h2 = record.Hidden2;
        ReadOnlySpan<int> b1 = layer.B1;
        CheckMatrix(index, record, "W1", layer.W1, h1, record.Input.Channels, 128, b1);
        CheckMatrix(index, record, "U1", layer.U1, h1, h1, 8192, []);
        CheckMatrix(index, record, "W2", layer.W2, h2, h1, 8192, []);
        CheckMatrix(index, record, "U2", layer.U2, h2, h2, 8192, []);
    }

    private void CheckMatrix(
        int index,
        LayerRecord record,
        string name,
        ReadOnlySpan<short> matrix,
        int rows,
        int columns,
        int largest,
        ReadOnlySpan<int> biases
    )
    {
        int stride = Pad2(columns);
        bool paired = !biases.IsEmpty;
        int At(int row, int column) => paired ? PackageLayer.RnnInputIndex(stride, row, column) : (row * stride) + column;
        for (int r = 0; r < rows; r++)
        {
            // 4096 is the rounding constant of W2; for U it is a margin that real matrices do not reach.
            long sum = biases.IsEmpty ? 4096 : Math.Abs((long)biases[r]);
            for (int k = 0; k < columns; k++)
                sum += (long)Math.Abs((int)matrix[At(r, k)]) * largest;
            if (sum >= 1L << 31)
                throw Invalid(index, record, $"the accumulator of row {r} of {name} can overflow");
            if (stride > columns && matrix[At(r, columns)] != 0)
                throw Invalid(index, record, $"the padding of row {r} of {name} is not zero");
        }
    }
}
