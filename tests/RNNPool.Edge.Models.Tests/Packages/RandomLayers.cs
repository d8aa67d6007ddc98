using RNNPool.Edge.Models.Packages;

namespace RNNPool.Edge.Models.Tests.Packages;

/// <summary>Layers with random numbers, alike on every machine for the same seed.</summary>
internal sealed class RandomLayers(ulong seed)
{
    private ulong _state = seed;

    /// <summary>A number from 0 to <paramref name="bound"/> - 1 (SplitMix64).</summary>
    public int Next(int bound)
    {
        ulong z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return (int)((z ^ (z >> 31)) % (ulong)bound);
    }

    public int Between(int low, int high) => low + Next(high - low + 1);

    public sbyte[] Map(MapShape shape, int low = -128, int high = 127) =>
        [.. Enumerable.Range(0, shape.Count).Select(_ => (sbyte)Between(low, high))];

    public byte[] Picture(MapShape shape) => [.. Enumerable.Range(0, shape.Count).Select(_ => (byte)Next(256))];

    /// <summary>
    /// A layer with weights and parameters, for any operation but RNNPOOL and AVGPOOL. <paramref name="spread"/> is about the deviation of
    /// its outputs.
    /// </summary>
    public LayerContent Convolution(LayerRecord record, int spread, int maxWeight = 127)
    {
        bool depthwise = record.Operation == LayerOperation.Depthwise3x3,
            kernel = record.Operation is LayerOperation.Conv3x3 or LayerOperation.Head;
        int elements = depthwise ? 9 : (kernel ? 9 : 1) * record.Input.Channels;
        var weights = new int[record.Outputs * elements];
        for (int i = 0; i < weights.Length; i++)
            weights[i] = Between(-maxWeight, maxWeight);
        double deviation = Math.Sqrt(elements) * (maxWeight + 1) * 0.58 * 74;
        int multiplier = (int)Math.Min(int.MaxValue, Math.Pow(2, 32) * spread / deviation);
        return new LayerContent(record)
        {
            Weights = weights,
            Biases =
            [
                .. Enumerable
                    .Range(0, record.Outputs)
                    .Select(n =>
                        Between(-(int)deviation, (int)deviation)
                        - (record.InputZeroPoint * weights.AsSpan(n * elements, elements).ToArray().Sum())
                    ),
            ],
            Multipliers = [.. Enumerable.Range(0, record.Outputs).Select(_ => (multiplier / 2) + Next((multiplier / 2) + 1))],
        };
    }

    public static LayerContent AveragePool(LayerRecord record) =>
        new(record)
        {
            Biases = [-record.InputZeroPoint * record.Input.Cells],
            Multipliers = [(int)Math.Min(int.MaxValue, Math.Pow(2, 32) * record.InputScale / (record.OutputScale * record.Input.Cells))],
        };

    /// <summary>
    /// RNNPool; <paramref name="recurrent"/> is the largest |U| and |W2| in Q13, <paramref name="gate"/> the largest deviation of biases.
    /// </summary>
    public LayerContent RnnPool(LayerRecord record, int recurrent = 3000, int gate = 4000, int input = 1500)
    {
        int h1 = record.Hidden1,
            h2 = record.Hidden2,
            c = record.Input.Channels;
        short[] w1 = Shorts(h1 * c, input);
        int[] b1 =
        [
            .. Enumerable
                .Range(0, h1)
                .Select(i => (1 << (record.InputShift - 1)) - (record.InputZeroPoint * w1.AsSpan(i * c, c).ToArray().Sum(w => w))),
        ];
        return new LayerContent(record)
        {
            Rnn1 = new RnnContent(w1, b1, Shorts(h1 * h1, recurrent), Shorts(h1, gate, 8192 + 2500), Shorts(h1, gate)),
            Rnn2 = new RnnContent(
                Shorts(h2 * h1, recurrent),
                [],
                Shorts(h2 * h2, recurrent),
                Shorts(h2, gate, 8192 + 2500),
                Shorts(h2, gate)
            ),
        };
    }

    private short[] Shorts(int count, int largest, int centre = 0) =>
        [
            .. Enumerable
                .Range(0, count)
                .Select(_ => (short)Math.Clamp(Between(centre - largest, centre + largest), short.MinValue, short.MaxValue)),
        ];
}
