using RNNPool.Edge.Models.Packages;
using static RNNPool.Edge.Models.Interpreter.FixedPoint;

namespace RNNPool.Edge.Models.Interpreter;

/// <summary>
/// RNNPOOL. RNN1 sweeps every window of every line once, independently of the number of patches that share the sweep; RNN2 then runs over
/// the final states of a patch in both directions (Saha et al., NeurIPS 2020, section 3).
/// </summary>
internal sealed class RnnPoolKernel
{
    private readonly PackageLayer _layer;
    private readonly int _rows,
        _columns,
        _across,
        _down;
    private readonly short[] _cells,
        _rowFinals,
        _columnFinals;

    public RnnPoolKernel(PackageLayer layer)
    {
        _layer = layer;
        LayerRecord record = layer.Record;
        _rows = record.Input.Height + (2 * record.PatchPadding);
        _columns = record.Input.Width + (2 * record.PatchPadding);
        _across = record.Patch == 0 ? _columns : record.Patch;
        _down = record.Patch == 0 ? _rows : record.Patch;
        _cells = new short[_rows * _columns * record.Hidden1];
        _rowFinals = new short[_rows * record.Output.Width * record.Hidden2];
        _columnFinals = new short[_columns * record.Output.Height * record.Hidden2];
    }

    public void Run(ReadOnlySpan<sbyte> input, Span<sbyte> output)
    {
        LayerRecord record = _layer.Record;
        ProjectCells(input);
        int h1 = record.Hidden1;
        for (int row = 0; row < _rows; row++)
        {
            for (int window = 0; window < record.Output.Width; window++)
                SweepLine((row * _columns) + (window * record.Stride), 1, _across, GetFinal(_rowFinals, row, window, record.Output.Width));
        }

        for (int column = 0; column < _columns; column++)
        {
            for (int window = 0; window < record.Output.Height; window++)
                SweepLine(
                    (window * record.Stride * _columns) + column,
                    _columns,
                    _down,
                    GetFinal(_columnFinals, column, window, record.Output.Height)
                );
        }

        int h2 = record.Hidden2;
        for (int y = 0; y < record.Output.Height; y++)
        {
            for (int x = 0; x < record.Output.Width; x++)
            {
                Span<sbyte> cell = output.Slice(((y * record.Output.Width) + x) * 4 * h2, 4 * h2);
                Summarise(_rowFinals, y * record.Stride, x, record.Output.Width, _down, cell[..(2 * h2)]);
                Summarise(_columnFinals, x * record.Stride, y, record.Output.Height, _across, cell[(2 * h2)..]);
            }
        }
    }

    // W1 x of every cell; around the map it is zero.
    private void ProjectCells(ReadOnlySpan<sbyte> input)
    {
        LayerRecord record = _layer.Record;
        int channels = record.Input.Channels;
        int h1 = record.Hidden1;
        int padding = record.PatchPadding;
        ReadOnlySpan<short> w1 = _layer.W1;
        ReadOnlySpan<int> b1 = _layer.B1;
        int stride = PackageFormat.Pad2(channels);
        for (int y = 0; y < record.Input.Height; y++)
        {
            for (int x = 0; x < record.Input.Width; x++)
            {
                ReadOnlySpan<sbyte> cell = input.Slice(((y * record.Input.Width) + x) * channels, channels);
                int at = (((y + padding) * _columns) + x + padding) * h1;
                for (int i = 0; i < h1; i++)
                {
                    int sum = b1[i];
                    for (int c = 0; c < channels; c++)
                        sum += w1[PackageLayer.RnnInputIndex(stride, i, c)] * cell[c];
                    _cells[at + i] = Saturate16(sum >> record.InputShift);
                }
            }
        }
    }

    private Span<short> GetFinal(short[] finals, int line, int window, int windows) =>
        finals.AsSpan(((line * windows) + window) * _layer.Record.Hidden2, _layer.Record.Hidden2);

    // RNN1 over the cells of one window, then W2 of its final state.
    private void SweepLine(int first, int step, int length, Span<short> final)
    {
        int h1 = _layer.Record.Hidden1;
        var rnn = new FastGrnn(h1, _layer.U1, _layer.Gates1);
        Span<short> h = stackalloc short[PackageFormat.MaxHidden];
        h = h[..h1];
        for (int i = 0; i < length; i++)
            rnn.Step(_cells.AsSpan((first + (i * step)) * h1, h1), h, i == 0);
        ReadOnlySpan<short> w2 = _layer.W2;
        for (int n = 0; n < final.Length; n++)
        {
            ReadOnlySpan<short> row = w2.Slice(n * h1, h1);
            int sum = One / 2;
            for (int k = 0; k < h1; k++)
                sum += row[k] * h[k];
            final[n] = Saturate16(sum >> StateBits);
        }
    }

    // RNN2 over the final states of a patch, forwards and backwards.
    private void Summarise(short[] finals, int firstLine, int window, int windows, int length, Span<sbyte> output)
    {
        int h2 = _layer.Record.Hidden2;
        var rnn = new FastGrnn(h2, _layer.U2, _layer.Gates2);
        Span<short> h = stackalloc short[PackageFormat.MaxHidden];
        h = h[..h2];
        for (int direction = 0; direction < 2; direction++)
        {
            for (int i = 0; i < length; i++)
                rnn.Step(GetFinal(finals, firstLine + (direction == 0 ? i : length - 1 - i), window, windows), h, i == 0);
            for (int n = 0; n < h2; n++)
                output[(direction * h2) + n] = Saturate8((h[n] + 32) >> 6);
        }
    }
}
