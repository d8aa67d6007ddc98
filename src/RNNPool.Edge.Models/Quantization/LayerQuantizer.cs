using RNNPool.Edge.Models.FloatNetworks;
using RNNPool.Edge.Models.Interpreter;
using RNNPool.Edge.Models.Packages;

namespace RNNPool.Edge.Models.Quantization;

/// <summary>Turns the float numbers of one layer into the integers of docs/quantization.md.</summary>
internal static class LayerQuantizer
{
    /// <summary>Weights, biases and multipliers of a convolution, head or dense layer.</summary>
    /// <param name="layer">The float layer.</param>
    /// <param name="record">The record; its input scale and zero point are used.</param>
    /// <param name="outputSteps">Steps of the output per real unit, for output n.</param>
    /// <param name="inputMeans">Mean of every input channel, for the correction of biases; empty for none.</param>
    public static LayerContent Convolution(
        FloatLayer layer,
        LayerRecord record,
        Func<int, double> outputSteps,
        ReadOnlySpan<double> inputMeans
    )
    {
        int outputs = layer.Biases.Length,
            elements = layer.WeightsPerOutput;
        int[] weights = new int[layer.Weights.Length],
            biases = new int[outputs],
            multipliers = new int[outputs];
        for (int n = 0; n < outputs; n++)
        {
            ReadOnlySpan<float> source = layer.Weights.AsSpan(n * elements, elements);
            double scale = WeightScale(layer, record, n);
            long sum = 0;
            double bias = layer.Biases[n];
            for (int k = 0; k < elements; k++)
            {
                int weight = (int)Math.Clamp(Math.Round(source[k] / scale), -127, 127);
                weights[(n * elements) + k] = weight;
                sum += weight;
                if (inputMeans.IsEmpty)
                    continue;
                int channel = record.Operation == LayerOperation.Depthwise3x3 ? n : k % record.Input.Channels;
                bias -= ((weight * scale) - source[k]) * inputMeans[channel];
            }

            biases[n] = ToInt32(Math.Round(bias / (record.InputScale * scale)) - (record.InputZeroPoint * (double)sum), layer, "bias");
            multipliers[n] = Multiplier(record.InputScale * scale * outputSteps(n), layer, n);
        }

        return new LayerContent(record)
        {
            Weights = weights,
            Biases = biases,
            Multipliers = multipliers,
        };
    }

    public static LayerContent AveragePool(FloatLayer layer, LayerRecord record) =>
        new(record)
        {
            Biases = [-record.InputZeroPoint * record.Input.Cells],
            Multipliers = [Multiplier((double)record.InputScale / record.OutputScale / record.Input.Cells, layer, 0)],
        };

    /// <summary>The matrices and gates of RNNPool; the record that is returned has the shift g1.</summary>
    public static LayerContent RnnPool(FloatLayer layer, LayerRecord record)
    {
        (FloatRnn rnn1, FloatRnn rnn2) = (layer.Rnn1!, layer.Rnn2!);
        int channels = record.Input.Channels;
        double peak = rnn1.W.Max(Math.Abs) * record.InputScale * FixedPoint.One;
        int shift = 15;
        while (shift > 1 && peak * (1 << shift) > short.MaxValue)
            shift--;
        short[] w1 = Shorts(rnn1.W, record.InputScale * (double)(FixedPoint.One << shift), 0, layer, "rnn1.W");
        int[] b1 = new int[rnn1.Size];
        for (int i = 0; i < b1.Length; i++)
        {
            int sum = 0;
            for (int c = 0; c < channels; c++)
                sum += w1[(i * channels) + c];
            b1[i] = (1 << (shift - 1)) - (record.InputZeroPoint * sum);
        }

        return new LayerContent(record with { InputShift = shift, Hidden1 = rnn1.Size, Hidden2 = rnn2.Size })
        {
            Rnn1 = new RnnContent(w1, b1, State(rnn1.U, 0, "rnn1.U"), State(rnn1.Bz, 1, "rnn1.bz"), State(rnn1.Bh, 0, "rnn1.bh")),
            Rnn2 = new RnnContent(
                State(rnn2.W, 0, "rnn2.W"),
                [],
                State(rnn2.U, 0, "rnn2.U"),
                State(rnn2.Bz, 1, "rnn2.bz"),
                State(rnn2.Bh, 0, "rnn2.bh")
            ),
        };

        short[] State(float[] values, double offset, string tensor) => Shorts(values, FixedPoint.One, offset, layer, tensor);
    }

    /// <summary>
    /// The most fraction bits with which values up to a peak, and half as much again, fit 16 bits, and with which no output of a range
    /// would be requantized by a ratio of 0.5 or more.
    /// </summary>
    public static int FractionBits(FloatLayer layer, LayerRecord record, Range outputs, float peak)
    {
        (int first, int count) = outputs.GetOffsetAndLength(layer.Biases.Length);
        double step = 0;
        for (int n = first; n < first + count; n++)
            step = Math.Max(step, record.InputScale * WeightScale(layer, record, n));
        int bits = 12;
        while (bits > 4 && (peak * 1.5 * (1 << bits) > short.MaxValue || Math.Round(step * (1 << bits) * (1L << 32)) > int.MaxValue))
            bits--;
        return bits;
    }

    // Real units per step of one output's weights. A channel with next to no weights still has to hold its bias in 31 bits.
    private static double WeightScale(FloatLayer layer, LayerRecord record, int output)
    {
        double peak = 0;
        foreach (float weight in layer.Weights.AsSpan(output * layer.WeightsPerOutput, layer.WeightsPerOutput))
            peak = Math.Max(peak, Math.Abs(weight));
        return Math.Max(Math.Max(peak / 127, Math.Abs(layer.Biases[output]) / (record.InputScale * (1 << 29))), 1e-12);
    }

    private static int Multiplier(double ratio, FloatLayer layer, int output)
    {
        double multiplier = Math.Round(ratio * (1L << 32));
        if (multiplier > int.MaxValue)
            throw new ModelException(
                $"The layer '{layer.Name}' cannot be quantized: output {output} would be requantized by {ratio:0.###}, "
                    + "and ratios of 0.5 and more are not representable."
            );
        return (int)multiplier;
    }

    private static int ToInt32(double value, FloatLayer layer, string what) =>
        Math.Abs(value) < int.MaxValue
            ? (int)value
            : throw new ModelException($"The layer '{layer.Name}' cannot be quantized: a {what} does not fit 32 bits.");

    private static short[] Shorts(float[] values, double scale, double offset, FloatLayer layer, string tensor)
    {
        short[] result = new short[values.Length];
        for (int i = 0; i < result.Length; i++)
        {
            double value = Math.Round((values[i] + offset) * scale);
            if (value is < short.MinValue or > short.MaxValue)
                throw new ModelException(
                    $"The layer '{layer.Name}' cannot be quantized: value {i} of its {tensor} is {values[i]:0.###}, "
                        + "which does not fit 16 bits."
                );
            result[i] = (short)value;
        }

        return result;
    }
}
