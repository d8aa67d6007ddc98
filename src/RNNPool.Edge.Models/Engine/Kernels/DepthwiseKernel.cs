using System.Runtime.CompilerServices;
using RNNPool.Edge.Models.Engine.Vectors;

namespace RNNPool.Edge.Models.Engine.Kernels;

/// <summary>A depthwise convolution over a map with a border. All steps are in bytes.</summary>
internal unsafe struct DepthwiseArguments
{
    public int Width;
    public int Height;

    /// <summary>The first tap of the first output.</summary>
    public byte* Input;

    /// <summary>Between the taps of neighbouring columns.</summary>
    public nint TapColumn;

    /// <summary>Between the taps of neighbouring rows.</summary>
    public nint TapRow;

    public nint InputCell;
    public nint InputRow;
    public byte* Output;
    public nint OutputCell;
    public nint OutputRow;

    /// <summary>Blocks of as many channels as a register has words; the last overlaps the one before it.</summary>
    public int Blocks;

    public int LastChannel;

    /// <summary>Bytes of an element.</summary>
    public int Element;

    /// <summary>
    /// For each block five pairs of registers of taps, then a pair each of biases, multipliers, and multipliers of odd lanes.
    /// </summary>
    public byte* Weights;

    public int Offset;
}

/// <summary>3x3 convolutions of every channel with its own kernel. Two taps are multiplied together.</summary>
internal static unsafe class DepthwiseKernel<TOps, TMap, V>
    where TOps : struct, IVectorOps<V>
    where TMap : struct, IMapOps<V>
    where V : unmanaged
{
    /// <summary>Registers of a block.</summary>
    public const int BlockVectors = 16;

    public static void Run(ref DepthwiseArguments arguments)
    {
        DepthwiseArguments a = arguments;
        for (int y = 0; y < a.Height; y++)
        {
            for (int block = 0; block < a.Blocks; block++)
            {
                int channel = block == a.Blocks - 1 ? a.LastChannel : block * 2 * TOps.Lanes;
                RunRow(
                    &a,
                    a.Input + (y * a.InputRow) + (channel * a.Element),
                    a.Output + (y * a.OutputRow) + (channel * a.Element),
                    (V*)a.Weights + (block * BlockVectors)
                );
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RunRow(DepthwiseArguments* a, byte* input, byte* output, V* w)
    {
        nint column = a->TapColumn,
            row = a->TapRow;
        V offset = TOps.BroadcastWord((short)a->Offset),
            nothing = TOps.BroadcastWord(0);
        for (int x = 0; x < a->Width; x++, input += a->InputCell, output += a->OutputCell)
        {
            V low = TOps.Load(w + 10),
                high = TOps.Load(w + 11);
            byte* second = input + row;
            byte* third = second + row;
            AddTaps(ref low, ref high, TMap.LoadWords(input), TMap.LoadWords(second), w);
            AddTaps(ref low, ref high, TMap.LoadWords(input + column), TMap.LoadWords(second + column), w + 2);
            AddTaps(ref low, ref high, TMap.LoadWords(input + (2 * column)), TMap.LoadWords(second + (2 * column)), w + 4);
            AddTaps(ref low, ref high, TMap.LoadWords(third), TMap.LoadWords(third + column), w + 6);
            AddTaps(ref low, ref high, TMap.LoadWords(third + (2 * column)), nothing, w + 8);
            low = TOps.MulHi(low, TOps.Load(w + 12), TOps.Load(w + 14));
            high = TOps.MulHi(high, TOps.Load(w + 13), TOps.Load(w + 15));
            TMap.StoreWords(output, TOps.AddSaturate(TOps.Narrow(low, high), offset));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddTaps(ref V low, ref V high, V a, V b, V* weights)
    {
        V pairLow = TOps.PairLow(a, b),
            pairHigh = TOps.PairHigh(a, b),
            weightsLow = TOps.Load(weights),
            weightsHigh = TOps.Load(weights + 1);
        low = TOps.TapsLow(low, pairLow, pairHigh, weightsLow, weightsHigh);
        high = TOps.TapsHigh(high, pairLow, pairHigh, weightsLow, weightsHigh);
    }
}
