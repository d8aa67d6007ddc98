using RNNPool.Edge.Models.Interpreter;
using RNNPool.Edge.Models.Tests.Packages;
using Xunit;

namespace RNNPool.Edge.Models.Tests.Interpreter;

public sealed class FastGrnnTests
{
    [Fact]
    public void A_first_step_takes_the_state_as_zero()
    {
        // a = 1000, z = (1000 + 9192) / 2 = 5096, c = 1000 - 500 = 500, h' = 500 + (5096 * -500 >> 13) = 500 - 312 = 188
        short[] h = [7777, -7777],
            w = [1000, -9000];
        Step(h, w, u: [8192, 8192, 8192, 8192], gates: [9192, 0, -500, 0], first: true);
        Assert.Equal(188, h[0]);
        Assert.Equal(-8192, h[1]); // gate closed, candidate saturated
    }

    [Fact]
    public void Every_rounding_goes_towards_minus_infinity()
    {
        // u = (-1 * 1) >> 13 = -1 for the first state; a = -1, z = (-1 + 0) >> 1 = -1 -> 0, c = -1, h' = -1
        short[] h = [1, 0],
            w = [0, 0];
        Step(h, w, u: [-1, 0, 0, 0], gates: [0, 0, 0, 0], first: false);
        Assert.Equal(-1, h[0]);
        Assert.Equal(0, h[1]);
    }

    [Fact]
    public void Sums_saturate_at_sixteen_bits()
    {
        // u saturates to 32767, w + u again, and the candidate's sum too: c = 8191; z = (32767 + 32767) >> 1 -> 8191
        short[] h = [8191, 8191],
            w = [32767, 0];
        Step(h, w, u: [32767, 32767, 0, 0], gates: [32767, 0, 32767, 0], first: false);
        Assert.Equal(8191, h[0]);
    }

    [Fact]
    public void Steps_follow_the_float_cell()
    {
        var random = new RandomLayers(7);
        const int Size = 8;
        double[] u = [.. Enumerable.Range(0, Size * Size).Select(_ => random.Between(-4000, 4000) / 8192.0)];
        double[] bz = [.. Enumerable.Range(0, Size).Select(_ => random.Between(-4000, 8000) / 8192.0)],
            bh = [.. Enumerable.Range(0, Size).Select(_ => random.Between(-4000, 4000) / 8192.0)];
        short[] gates = new short[2 * Size];
        for (int i = 0; i < Size; i++)
            (gates[(i / 2 * 4) + (i % 2)], gates[(i / 2 * 4) + (i % 2) + 2]) = (Q13(bz[i] + 1), Q13(bh[i]));
        short[] h = new short[Size];
        double[] expected = new double[Size];
        for (int step = 0; step < 12; step++)
        {
            double[] w = [.. Enumerable.Range(0, Size).Select(_ => random.Between(-9000, 9000) / 8192.0)];
            double[] a =
            [
                .. Enumerable.Range(0, Size).Select(i => w[i] + Enumerable.Range(0, Size).Sum(k => u[(i * Size) + k] * expected[k])),
            ];
            for (int i = 0; i < Size; i++)
            {
                double z = Math.Clamp((a[i] + bz[i] + 1) / 2, 0, 1),
                    c = Math.Clamp(a[i] + bh[i], -1, 1);
                expected[i] = (z * expected[i]) + ((1 - z) * c);
            }

            Step(h, [.. w.Select(Q13)], [.. u.Select(Q13)], gates, step == 0);
            for (int i = 0; i < Size; i++)
                Assert.Equal(expected[i], h[i] / 8192.0, 0.002);
        }
    }

    private static short Q13(double value) => (short)Math.Round(value * 8192);

    private static void Step(short[] h, short[] w, short[] u, short[] gates, bool first) =>
        new FastGrnn(h.Length, u, gates).Step(w, h, first);
}
