using System.Runtime.CompilerServices;
using RNNPool.Edge.Models.Engine.Vectors;

namespace RNNPool.Edge.Models.Engine.Kernels;

/// <summary>
/// The multiply-adds of convolutions alone: as many sums as their kernel keeps, without its loads of weights and its stores.
/// No convolution with the same instruction can be faster.
/// </summary>
internal static unsafe class MultiplyPeak<TOps, TMap, V>
    where TOps : struct, IVectorOps<V>
    where TMap : struct, IMapOps<V>
    where V : unmanaged
{
    private const int Sums = 12;

    /// <summary>Runs the multiply-adds and returns their number.</summary>
    /// <param name="rounds">Rounds of twelve instructions.</param>
    /// <param name="result">Receives the sums, so that they are computed.</param>
    /// <remarks>Operands come from memory at changing places, because the compiler would move constant products out of the loop.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static long Run(int rounds, Span<int> result)
    {
        var memory = new PinnedMemory(2 * 4 * sizeof(V));
        memory.Span.Fill(1);
        V* operands = (V*)memory.Pointer;
        V w0 = TOps.Broadcast(0x01020304),
            w1 = TOps.Broadcast(0x05060708),
            w2 = TOps.Broadcast(0x090A0B0C);
        V a0 = w0,
            a1 = w0,
            a2 = w0,
            b0 = w0,
            b1 = w0,
            b2 = w0,
            c0 = w0,
            c1 = w0,
            c2 = w0,
            d0 = w0,
            d1 = w0,
            d2 = w0;
        for (int round = rounds; round > 0; round--)
        {
            V* at = operands + (4 * (round & 1));
            V x = TOps.Load(at);
            a0 = TMap.Dot(a0, x, w0);
            a1 = TMap.Dot(a1, x, w1);
            a2 = TMap.Dot(a2, x, w2);
            x = TOps.Load(at + 1);
            b0 = TMap.Dot(b0, x, w0);
            b1 = TMap.Dot(b1, x, w1);
            b2 = TMap.Dot(b2, x, w2);
            x = TOps.Load(at + 2);
            c0 = TMap.Dot(c0, x, w0);
            c1 = TMap.Dot(c1, x, w1);
            c2 = TMap.Dot(c2, x, w2);
            x = TOps.Load(at + 3);
            d0 = TMap.Dot(d0, x, w0);
            d1 = TMap.Dot(d1, x, w1);
            d2 = TMap.Dot(d2, x, w2);
        }

        V sum = TOps.Add(
            TOps.Add(TOps.Add(a0, a1), TOps.Add(a2, b0)),
            TOps.Add(TOps.Add(TOps.Add(b1, b2), TOps.Add(c0, c1)), TOps.Add(TOps.Add(c2, d0), TOps.Add(d1, d2)))
        );
        result[0] = *(int*)&sum;
        GC.KeepAlive(memory);
        return (long)rounds * Sums * TOps.Lanes * TMap.Group;
    }
}
