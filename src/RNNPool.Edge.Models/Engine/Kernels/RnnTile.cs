using System.Runtime.CompilerServices;
using RNNPool.Edge.Models.Engine.Vectors;

namespace RNNPool.Edge.Models.Engine.Kernels;

/// <summary>The numbers of a FastGRNN cell for <see cref="RnnTile{TOps, V}"/>.</summary>
internal unsafe struct RnnCell
{
    /// <summary>States, filled up with zeros to a multiple of four.</summary>
    public int States;

    /// <summary>U in pairs of words: for every four states, and for every pair of inputs, four pairs.</summary>
    public int* U;

    /// <summary>Bz and Bh of every state.</summary>
    public short* Gates;
}

/// <summary>
/// FastGRNN steps of as many sweeps at once as a register has words: every register holds one state of all these sweeps. U is then
/// multiplied by a matrix, and each of its numbers is loaded once for all sweeps of the tile.
/// </summary>
internal static unsafe class RnnTile<TOps, V>
    where TOps : struct, IVectorOps<V>
    where V : unmanaged
{
    private const int Rounding = 1 << 12;

    /// <summary>Sweeps of a tile.</summary>
    public static int Width => 2 * TOps.Lanes;

    /// <summary>Runs all steps of a tile.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="source">W x of the first sweep and state; the sweeps follow each other.</param>
    /// <param name="pitch">Words between two states.</param>
    /// <param name="offsets">Words from <paramref name="source"/> to every step.</param>
    /// <param name="steps">Number of steps.</param>
    /// <param name="state">Receives the final states, one register for each.</param>
    /// <param name="pairs">Receives the pairs of the final states.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sweep(in RnnCell cell, short* source, nint pitch, int* offsets, int steps, V* state, V* pairs)
    {
        RnnCell c = cell;
        V zero = TOps.BroadcastWord(0);
        short* first = source + offsets[0];
        for (int n = 0; n < c.States; n++)
            TOps.Store(state + n, Update(TOps.Load(first + (n * pitch)), c.Gates + (2 * n), zero));
        MakePairs(state, pairs, c.States);
        for (int step = 1; step < steps; step++)
        {
            Advance(&c, source + offsets[step], pitch, state, pairs);
            MakePairs(state, pairs, c.States);
        }
    }

    /// <summary>Multiplies final states by W2.</summary>
    /// <param name="w2">W2 in the order of <see cref="RnnCell.U"/>.</param>
    /// <param name="outputs">Rows of W2, filled up to a multiple of four.</param>
    /// <param name="states">Columns of W2, filled up likewise.</param>
    /// <param name="pairs">The pairs of the states.</param>
    /// <param name="target">Receives the first output of the first sweep.</param>
    /// <param name="pitch">Words between two outputs.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Project(int* w2, int outputs, int states, V* pairs, short* target, nint pitch)
    {
        V half = TOps.Broadcast(Rounding);
        for (int n = 0; n < outputs; n += 4)
        {
            V aLow = half,
                aHigh = half,
                bLow = half,
                bHigh = half,
                cLow = half,
                cHigh = half,
                dLow = half,
                dHigh = half;
            for (int k = 0; k < states; k += 2, w2 += 4)
            {
                V low = TOps.Load(pairs + k),
                    high = TOps.Load(pairs + k + 1);
                V w = TOps.Broadcast(w2[0]);
                aLow = TOps.DotLow(aLow, low, high, w);
                aHigh = TOps.DotHigh(aHigh, low, high, w);
                w = TOps.Broadcast(w2[1]);
                bLow = TOps.DotLow(bLow, low, high, w);
                bHigh = TOps.DotHigh(bHigh, low, high, w);
                w = TOps.Broadcast(w2[2]);
                cLow = TOps.DotLow(cLow, low, high, w);
                cHigh = TOps.DotHigh(cHigh, low, high, w);
                w = TOps.Broadcast(w2[3]);
                dLow = TOps.DotLow(dLow, low, high, w);
                dHigh = TOps.DotHigh(dHigh, low, high, w);
            }

            TOps.Store(target + (n * pitch), TOps.NarrowStates(aLow, aHigh));
            TOps.Store(target + ((n + 1) * pitch), TOps.NarrowStates(bLow, bHigh));
            TOps.Store(target + ((n + 2) * pitch), TOps.NarrowStates(cLow, cHigh));
            TOps.Store(target + ((n + 3) * pitch), TOps.NarrowStates(dLow, dHigh));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Advance(RnnCell* cell, short* w, nint pitch, V* state, V* pairs)
    {
        int* u = cell->U;
        short* gates = cell->Gates;
        int states = cell->States;
        for (int n = 0; n < states; n += 4, gates += 8, state += 4, w += 4 * pitch)
        {
            V zero = TOps.Broadcast(0);
            V aLow = zero,
                aHigh = zero,
                bLow = zero,
                bHigh = zero,
                cLow = zero,
                cHigh = zero,
                dLow = zero,
                dHigh = zero;
            for (int k = 0; k < states; k += 2, u += 4)
            {
                V low = TOps.Load(pairs + k),
                    high = TOps.Load(pairs + k + 1);
                V x = TOps.Broadcast(u[0]);
                aLow = TOps.DotLow(aLow, low, high, x);
                aHigh = TOps.DotHigh(aHigh, low, high, x);
                x = TOps.Broadcast(u[1]);
                bLow = TOps.DotLow(bLow, low, high, x);
                bHigh = TOps.DotHigh(bHigh, low, high, x);
                x = TOps.Broadcast(u[2]);
                cLow = TOps.DotLow(cLow, low, high, x);
                cHigh = TOps.DotHigh(cHigh, low, high, x);
                x = TOps.Broadcast(u[3]);
                dLow = TOps.DotLow(dLow, low, high, x);
                dHigh = TOps.DotHigh(dHigh, low, high, x);
            }

            Finish(TOps.NarrowStates(aLow, aHigh), w, gates, state);
            Finish(TOps.NarrowStates(bLow, bHigh), w + pitch, gates + 2, state + 1);
            Finish(TOps.NarrowStates(cLow, cHigh), w + (2 * pitch), gates + 4, state + 2);
            Finish(TOps.NarrowStates(dLow, dHigh), w + (3 * pitch), gates + 6, state + 3);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish(V recurrent, short* w, short* gates, V* state) =>
        TOps.Store(state, Update(TOps.AddSaturate(TOps.Load(w), recurrent), gates, TOps.Load(state)));

    // z = clamp((a + Bz) >> 1, 0, 8191), c = clamp(a + Bh, -8192, 8191), h' = c + ((z * (h - c)) >> 13); here the gate is 4 * z.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Update(V a, short* gates, V previous)
    {
        V gate = TOps.AddSaturate(a, TOps.BroadcastWord(gates[0]));
        gate = TOps.MinWords(TOps.MaxWords(gate, TOps.BroadcastWord(0)), TOps.BroadcastWord(16383));
        gate = TOps.And(gate, TOps.BroadcastWord(-2));
        V candidate = TOps.AddSaturate(a, TOps.BroadcastWord(gates[1]));
        candidate = TOps.MinWords(TOps.MaxWords(candidate, TOps.BroadcastWord(-8192)), TOps.BroadcastWord(8191));
        return TOps.AddWords(candidate, TOps.Blend(TOps.AddWords(gate, gate), TOps.SubtractWords(previous, candidate)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void MakePairs(V* state, V* pairs, int states)
    {
        for (int k = 0; k < states; k += 2)
        {
            V a = TOps.Load(state + k),
                b = TOps.Load(state + k + 1);
            TOps.Store(pairs + k, TOps.PairLow(a, b));
            TOps.Store(pairs + k + 1, TOps.PairHigh(a, b));
        }
    }
}
