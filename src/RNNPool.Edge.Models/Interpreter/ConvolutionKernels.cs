using RNNPool.Edge.Models.Packages;
using static RNNPool.Edge.Models.Interpreter.FixedPoint;

namespace RNNPool.Edge.Models.Interpreter;

/// <summary>Convolutions, and layers that are computed like one. Maps lie row by row, cell by cell, channel by channel.</summary>
internal static class ConvolutionKernels
{
    /// <summary>CONV3X3, POINTWISE, with or without residual, to int8.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="input">The map it reads.</param>
    /// <param name="residual">The map that is added; empty without a residual.</param>
    /// <param name="output">The map it writes.</param>
    /// <param name="elements">Room for the inputs of one output cell: <see cref="LayerRecord.WeightElements"/> values.</param>
    public static void Run(
        PackageLayer layer,
        ReadOnlySpan<sbyte> input,
        ReadOnlySpan<sbyte> residual,
        Span<sbyte> output,
        Span<short> elements
    )
    {
        LayerRecord record = layer.Record;
        ReadOnlySpan<int> parameters = layer.Parameters;
        int outputs = record.Outputs,
            at = 0;
        Span<int> sums = stackalloc int[2];
        for (int y = 0; y < record.Output.Height; y++)
        {
            for (int x = 0; x < record.Output.Width; x++, at += outputs)
            {
                Gather(record, input, x, y, elements);
                for (int n = 0; n < outputs; n += 2)
                {
                    Accumulate(layer.Weights, parameters, n, elements, sums);
                    for (int i = 0; i < 2 && n + i < outputs; i++)
                    {
                        int offset = residual.IsEmpty ? record.OutputZeroPoint : residual[at + n + i];
                        output[at + n + i] = Saturate8(offset + MulHi(sums[i], parameters[(2 * (n + i)) + 1]));
                    }
                }
            }
        }
    }

    /// <summary>HEAD and DENSE, to int16.</summary>
    public static void Run(PackageLayer layer, ReadOnlySpan<sbyte> input, Span<short> output, Span<short> elements)
    {
        LayerRecord record = layer.Record;
        ReadOnlySpan<int> parameters = layer.Parameters;
        int outputs = record.Outputs,
            at = 0;
        Span<int> sums = stackalloc int[2];
        for (int y = 0; y < record.Output.Height; y++)
        {
            for (int x = 0; x < record.Output.Width; x++, at += outputs)
            {
                Gather(record, input, x, y, elements);
                for (int n = 0; n < outputs; n += 2)
                {
                    Accumulate(layer.Weights, parameters, n, elements, sums);
                    for (int i = 0; i < 2 && n + i < outputs; i++)
                        output[at + n + i] = Saturate16(MulHi(sums[i], parameters[(2 * (n + i)) + 1]));
                }
            }
        }
    }

    /// <summary>DEPTHWISE3X3.</summary>
    public static void RunDepthwise(PackageLayer layer, ReadOnlySpan<sbyte> input, Span<sbyte> output)
    {
        LayerRecord record = layer.Record;
        ReadOnlySpan<int> parameters = layer.Parameters;
        ReadOnlySpan<short> taps = layer.Taps;
        ReadOnlySpan<int> order = [0, 6, 1, 2, 7, 3, 4, 8, 5]; // where the taps of the kernel, row by row, lie in the section
        int width = record.Input.Width;
        int height = record.Input.Height;
        int channels = record.Input.Channels;
        int at = 0;
        for (int y = 0; y < record.Output.Height; y++)
        {
            for (int x = 0; x < record.Output.Width; x++, at += channels)
            {
                for (int c = 0; c < channels; c++)
                {
                    int sum = parameters[2 * c];
                    for (int k = 0; k < 9; k++)
                    {
                        int row = (y * record.Stride) + (k / 3) - 1,
                            column = (x * record.Stride) + (k % 3) - 1;
                        bool inside = (uint)row < (uint)height && (uint)column < (uint)width;
                        int value = inside ? input[(((row * width) + column) * channels) + c] : record.InputZeroPoint;
                        sum += value * taps[(10 * c) + order[k]];
                    }

                    output[at + c] = Saturate8(record.OutputZeroPoint + MulHi(sum, parameters[(2 * c) + 1]));
                }
            }
        }
    }

    /// <summary>AVGPOOL.</summary>
    public static void RunAveragePool(PackageLayer layer, ReadOnlySpan<sbyte> input, Span<sbyte> output)
    {
        LayerRecord record = layer.Record;
        for (int c = 0; c < output.Length; c++)
        {
            int sum = layer.Parameters[0];
            for (int i = c; i < input.Length; i += output.Length)
                sum += input[i];
            output[c] = Saturate8(record.OutputZeroPoint + MulHi(sum, layer.Parameters[1]));
        }
    }

    // The inputs of one output cell in the order of the weights; places that only fill a run meet weights of zero.
    private static void Gather(LayerRecord record, ReadOnlySpan<sbyte> input, int x, int y, Span<short> elements)
    {
        int width = record.Input.Width;
        int height = record.Input.Height;
        int channels = record.Input.Channels;
        if (record.Operation is LayerOperation.Pointwise or LayerOperation.Dense)
        {
            ReadOnlySpan<sbyte> cell = input.Slice(((y * width) + x) * channels, channels);
            for (int c = 0; c < channels; c++)
                elements[c] = cell[c];
            return;
        }

        int run = elements.Length / 3;
        for (int ky = 0; ky < 3; ky++)
        {
            int row = (y * record.Stride) + ky - 1;
            for (int kx = 0; kx < 3; kx++)
            {
                int column = (x * record.Stride) + kx - 1;
                Span<short> target = elements.Slice((ky * run) + (kx * channels), channels);
                if ((uint)row >= (uint)height || (uint)column >= (uint)width)
                {
                    target.Fill((short)record.InputZeroPoint);
                    continue;
                }

                ReadOnlySpan<sbyte> cell = input.Slice(((row * width) + column) * channels, channels);
                for (int c = 0; c < channels; c++)
                    target[c] = cell[c];
            }
        }
    }

    private static void Accumulate(
        ReadOnlySpan<sbyte> weights,
        ReadOnlySpan<int> parameters,
        int output,
        ReadOnlySpan<short> elements,
        Span<int> sums
    )
    {
        int first = parameters[2 * output],
            second = parameters[(2 * output) + 2];
        ReadOnlySpan<sbyte> pair = weights.Slice(output * elements.Length, 2 * elements.Length);
        for (int k = 0; k + 1 < elements.Length; k += 2)
        {
            int a = elements[k],
                b = elements[k + 1];
            ReadOnlySpan<sbyte> four = pair.Slice(2 * k, 4);
            first += (four[0] * a) + (four[2] * b);
            second += (four[1] * a) + (four[3] * b);
        }

        (sums[0], sums[1]) = (first, second);
    }
}
