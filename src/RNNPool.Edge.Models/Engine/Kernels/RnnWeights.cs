using RNNPool.Edge.Models.Interpreter;
using RNNPool.Edge.Models.Packages;

namespace RNNPool.Edge.Models.Engine.Kernels;

/// <summary>The numbers of an RNNPool layer for <see cref="RnnTile{TOps, V}"/>: U1, U2 and W2 in pairs of words, gates by state.</summary>
internal sealed unsafe class RnnWeights
{
    private const int Rows = 4;

    private readonly PackageLayer _layer;
    private readonly List<PinnedMemory> _memory = [];

    public RnnWeights(PackageLayer layer)
    {
        _layer = layer;
        int h1 = layer.Record.Hidden1,
            h2 = layer.Record.Hidden2;
        First = CreateCell(h1, layer.U1, layer.Gates1);
        Second = CreateCell(h2, layer.U2, layer.Gates2);
        W2 = PackPairs(layer.W2, h2, h1);
    }

    public RnnCell First { get; }

    public RnnCell Second { get; }

    public int* W2 { get; }

    /// <summary>W2 times the final state of RNN1 after a number of steps without input: what padding around the map contributes.</summary>
    public short[] SweepZeros(int steps)
    {
        int h1 = _layer.Record.Hidden1;
        var rnn = new FastGrnn(h1, _layer.U1, _layer.Gates1);
        short[] nothing = new short[h1],
            h = new short[h1];
        for (int i = 0; i < steps; i++)
            rnn.Step(nothing, h, i == 0);
        return
        [
            .. Enumerable
                .Range(0, _layer.Record.Hidden2)
                .Select(n =>
                    FixedPoint.Saturate16(
                        (Enumerable.Range(0, h1).Sum(k => _layer.W2[(n * h1) + k] * h[k]) + (FixedPoint.One / 2)) >> FixedPoint.StateBits
                    )
                ),
        ];
    }

    private RnnCell CreateCell(int states, ReadOnlySpan<short> u, ReadOnlySpan<short> packed)
    {
        int filled = Fill(states);
        short* gates = (short*)Allocate(4 * filled);
        for (int i = 0; i < states; i++)
        {
            int at = (i / 2 * 4) + (i % 2);
            gates[2 * i] = packed[at];
            gates[(2 * i) + 1] = packed[at + 2];
        }

        return new RnnCell
        {
            States = filled,
            U = PackPairs(u, states, states),
            Gates = gates,
        };
    }

    private int* PackPairs(ReadOnlySpan<short> matrix, int rows, int columns)
    {
        int filledRows = Fill(rows),
            filledColumns = Fill(columns);
        short* packed = (short*)Allocate(2 * filledRows * filledColumns);
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                int pair = (row / Rows * filledColumns / 2) + (column / 2);
                packed[(2 * ((Rows * pair) + (row % Rows))) + (column % 2)] = matrix[(row * columns) + column];
            }
        }

        return (int*)packed;
    }

    private byte* Allocate(int bytes)
    {
        var memory = new PinnedMemory(bytes);
        _memory.Add(memory);
        return memory.Pointer;
    }

    /// <summary>States or rows with those that fill them up.</summary>
    public static int Fill(int count) => (count + Rows - 1) / Rows * Rows;
}
