using RNNPool.Edge.Models.Engine.Kernels;
using RNNPool.Edge.Models.Engine.Vectors;
using RNNPool.Edge.Models.Packages;

namespace RNNPool.Edge.Models.Engine;

/// <summary>Weights in the order in which <see cref="ConvolutionKernel{TOps, TMap, V}"/> reads them.</summary>
internal sealed unsafe class PackedConvolution
{
    private PackedConvolution(PinnedMemory weights, PinnedMemory parameters)
    {
        Weights = weights;
        Parameters = parameters;
    }

    public PinnedMemory Weights { get; }

    public PinnedMemory Parameters { get; }

    public required int Vectors { get; init; }

    public required int LastOutput { get; init; }

    public required int Runs { get; init; }

    public required int Groups { get; init; }

    /// <summary>Packs a layer.</summary>
    /// <param name="outputs">Outputs; they are filled up to a multiple of eight with zeros.</param>
    /// <param name="runs">Runs of neighbouring elements.</param>
    /// <param name="elements">Elements of a run.</param>
    /// <param name="weight">The weight of an output, a run and an element.</param>
    /// <param name="parameters">Bias and multiplier of an output.</param>
    public static PackedConvolution Create<TOps, TMap, V>(
        int outputs,
        int runs,
        int elements,
        Func<int, int, int, int> weight,
        Func<int, (int Bias, int Multiplier)> parameters
    )
        where TOps : struct, IVectorOps<V>
        where TMap : struct, IMapOps<V>
        where V : unmanaged
    {
        int lanes = TOps.Lanes,
            pitch = MapLayout.Fill(outputs),
            vectors = (pitch + lanes - 1) / lanes,
            groups = (elements + TMap.Group - 1) / TMap.Group,
            last = Math.Max(0, pitch - lanes);
        var packed = new PackedConvolution(
            new PinnedMemory((long)vectors * runs * groups * sizeof(V)),
            new PinnedMemory((long)vectors * 3 * sizeof(V))
        )
        {
            Vectors = vectors,
            LastOutput = last,
            Runs = runs,
            Groups = groups,
        };
        int* numbers = (int*)packed.Parameters.Pointer;
        for (int v = 0; v < vectors; v++)
        {
            for (int lane = 0; lane < lanes; lane++)
            {
                int output = (v == vectors - 1 ? last : v * lanes) + lane;
                if (output >= outputs)
                    continue;
                byte* vector = packed.Weights.Pointer + ((long)v * runs * groups * sizeof(V));
                int sum = 0;
                for (int i = 0; i < runs * groups * TMap.Group; i++)
                {
                    (int run, int element) = Math.DivRem(i, groups * TMap.Group);
                    if (element >= elements)
                        continue;
                    int value = weight(output, run, element);
                    sum += value;
                    byte* register = vector + (i / TMap.Group * sizeof(V));
                    int at = TMap.WeightIndex(lane, i % TMap.Group);
                    if (TMap.WeightBytes == 1)
                        ((sbyte*)register)[at] = checked((sbyte)value);
                    else
                        ((short*)register)[at] = checked((short)value);
                }

                (int bias, int multiplier) = parameters(output);
                WriteParameters<TMap, V>(
                    numbers + (v * 3 * lanes),
                    lanes,
                    lane,
                    unchecked(bias - (StoredZero<TMap, V>() * sum)),
                    multiplier
                );
            }
        }

        return packed;
    }

    /// <summary>How an element of zero is stored.</summary>
    public static int StoredZero<TMap, V>()
        where TMap : struct, IMapOps<V>
        where V : unmanaged => TMap.Element == MapElement.UnsignedByte ? 128 : 0;

    private static void WriteParameters<TMap, V>(int* vectors, int lanes, int lane, int bias, int multiplier)
        where TMap : struct, IMapOps<V>
        where V : unmanaged
    {
        vectors[lane] = bias;
        vectors[lanes + lane] = multiplier;
        if ((lane & 1) == 1)
            vectors[(2 * lanes) + lane - 1] = multiplier;
    }
}

/// <summary>Taps in the order in which <see cref="DepthwiseKernel{TOps, TMap, V}"/> reads them.</summary>
internal static unsafe class PackedDepthwise
{
    private static readonly int[] Order = [0, 3, 1, 4, 2, 5, 6, 7, 8]; // taps of the kernel, row by row, in pairs

    /// <summary>Packs a layer; there are as many blocks as <see cref="BlockStarts{TOps, V}"/> has entries.</summary>
    public static PinnedMemory Create<TOps, TMap, V>(PackageLayer layer)
        where TOps : struct, IVectorOps<V>
        where TMap : struct, IMapOps<V>
        where V : unmanaged
    {
        ReadOnlySpan<int> sectionOrder = [0, 6, 1, 2, 7, 3, 4, 8, 5]; // where the taps of the kernel, row by row, are in the section
        int channels = layer.Record.Input.Channels,
            words = 2 * TOps.Lanes,
            zero = PackedConvolution.StoredZero<TMap, V>();
        int[] starts = BlockStarts<TOps, V>(channels);
        int size = DepthwiseKernel<TOps, TMap, V>.BlockVectors;
        var memory = new PinnedMemory((long)starts.Length * size * sizeof(V));
        short[] a = new short[words],
            b = new short[words];
        for (int block = 0; block < starts.Length; block++)
        {
            V* w = (V*)memory.Pointer + (block * size);
            for (int pair = 0; pair < 5; pair++)
            {
                for (int i = 0; i < words; i++)
                {
                    int channel = starts[block] + i;
                    a[i] = channel < channels ? layer.Taps[(10 * channel) + sectionOrder[Order[2 * pair]]] : (short)0;
                    b[i] = channel < channels && pair < 4 ? layer.Taps[(10 * channel) + sectionOrder[Order[(2 * pair) + 1]]] : (short)0;
                }

                fixed (
                    short* first = a,
                        second = b
                )
                {
                    TOps.Store(w + (2 * pair), TOps.PairLow(TOps.Load(first), TOps.Load(second)));
                    TOps.Store(w + (2 * pair) + 1, TOps.PairHigh(TOps.Load(first), TOps.Load(second)));
                }
            }

            for (int lane = 0; lane < words; lane++)
            {
                int channel = starts[block] + ChannelOf<TOps>(lane);
                if (channel >= channels)
                    continue;
                int sum = 0;
                for (int tap = 0; tap < 9; tap++)
                    sum += layer.Taps[(10 * channel) + tap];
                (int half, int at) = Math.DivRem(lane, TOps.Lanes);
                ((int*)(w + 10 + half))[at] = layer.Parameters[2 * channel] - (zero * sum);
                ((int*)(w + 12 + half))[at] = layer.Parameters[(2 * channel) + 1];
                if ((at & 1) == 1)
                    ((int*)(w + 14 + half))[at - 1] = layer.Parameters[(2 * channel) + 1];
            }
        }

        return memory;

        // The word that a lane of a pair of registers holds.
        static int ChannelOf<T>(int lane)
            where T : struct, IVectorOps<V>
        {
            (int half, int at) = Math.DivRem(lane, T.Lanes);
            return T.Interleaves ? (at / 4 * 8) + (half * 4) + (at % 4) : lane;
        }
    }

    /// <summary>First channel of every block.</summary>
    public static int[] BlockStarts<TOps, V>(int channels)
        where TOps : struct, IVectorOps<V>
        where V : unmanaged
    {
        int pitch = MapLayout.Fill(channels),
            words = 2 * TOps.Lanes,
            blocks = (pitch + words - 1) / words;
        return [.. Enumerable.Range(0, blocks).Select(block => block == blocks - 1 ? Math.Max(0, pitch - words) : block * words)];
    }
}
