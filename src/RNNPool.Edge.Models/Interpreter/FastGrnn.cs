using RNNPool.Edge.Models.Packages;
using static RNNPool.Edge.Models.Interpreter.FixedPoint;

namespace RNNPool.Edge.Models.Interpreter;

/// <summary>The recurrent part of a FastGRNN cell with piecewise-linear gates, in Q13.</summary>
internal readonly ref struct FastGrnn(int size, ReadOnlySpan<short> u, ReadOnlySpan<short> gates)
{
    private readonly ReadOnlySpan<short> _u = u;
    private readonly ReadOnlySpan<short> _gates = gates;

    /// <summary>One step, in place.</summary>
    /// <param name="w">W x of this step.</param>
    /// <param name="h">The state.</param>
    /// <param name="first">Whether this is the first step of a sweep: the state counts as zero.</param>
    public void Step(ReadOnlySpan<short> w, Span<short> h, bool first)
    {
        Span<short> next = stackalloc short[PackageFormat.MaxHidden];
        for (int i = 0; i < size; i++)
        {
            int recurrent = 0;
            if (!first)
            {
                ReadOnlySpan<short> row = _u.Slice(i * size, size);
                for (int k = 0; k < size; k++)
                    recurrent += row[k] * h[k];
            }

            int a = Saturate16(w[i] + Saturate16(recurrent >> StateBits));
            int pair = (i / 2 * 4) + (i % 2);
            int z = Math.Clamp((a + _gates[pair]) >> 1, 0, One - 1);
            int c = Math.Clamp((int)Saturate16(a + _gates[pair + 2]), -One, One - 1);
            int previous = first ? 0 : h[i];
            next[i] = (short)(c + ((z * (previous - c)) >> StateBits));
        }

        next[..size].CopyTo(h);
    }
}
