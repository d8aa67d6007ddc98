using System.Runtime.CompilerServices;
using RNNPool.Edge.Models.Engine.Vectors;

namespace RNNPool.Edge.Models.Engine.Kernels;

/// <summary>
/// The multiply-adds of convolutions alone: as many sums as their kernel keeps, without its loads of weights and its stores.
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
    /// <remarks>
    /// One operand of each product comes from memory at changing places, because the compiler would move constant products out of the loop.
    /// With one register of weights all sums stay in registers.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static long Run(int rounds, Span<int> result)
    {
        var memory = new PinnedMemory(2 * Sums * sizeof(V));
        memory.Span.Fill(1);
        V* operands = (V*)memory.Pointer;
        V w = TOps.Broadcast(0x01020304);
        V a0 = w,
            a1 = w,
            a2 = w,
            b0 = w,
            b1 = w,
            b2 = w,
            c0 = w,
            c1 = w,
            c2 = w,
            d0 = w,
            d1 = w,
            d2 = w;
        for (int round = rounds; round > 0; round--)
        {
            V* x = operands + (Sums * (round & 1));
            a0 = TMap.Dot(a0, TOps.Load(x), w);
            a1 = TMap.Dot(a1, TOps.Load(x + 1), w);
            a2 = TMap.Dot(a2, TOps.Load(x + 2), w);
            b0 = TMap.Dot(b0, TOps.Load(x + 3), w);
            b1 = TMap.Dot(b1, TOps.Load(x + 4), w);
            b2 = TMap.Dot(b2, TOps.Load(x + 5), w);
            c0 = TMap.Dot(c0, TOps.Load(x + 6), w);
            c1 = TMap.Dot(c1, TOps.Load(x + 7), w);
            c2 = TMap.Dot(c2, TOps.Load(x + 8), w);
            d0 = TMap.Dot(d0, TOps.Load(x + 9), w);
            d1 = TMap.Dot(d1, TOps.Load(x + 10), w);
            d2 = TMap.Dot(d2, TOps.Load(x + 11), w);
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
