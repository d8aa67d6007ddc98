namespace RNNPool.Edge.Models.FloatNetworks;

/// <summary>RNNPool with hard gates in float32; sweeps are shared between patches as in the integer kernel.</summary>
internal sealed class FloatRnnPool
{
    private readonly FloatLayer _layer;
    private readonly int _padding,
        _rows,
        _columns,
        _across,
        _down,
        _h1,
        _h2;
    private readonly float[] _cells,
        _rowFinals,
        _columnFinals,
        _w1,
        _u1,
        _w2,
        _u2,
        _h,
        _next;

    public FloatRnnPool(FloatLayer layer)
    {
        _layer = layer;
        (FloatRnn rnn1, FloatRnn rnn2) = (layer.Rnn1!, layer.Rnn2!);
        (_h1, _h2) = (rnn1.Size, rnn2.Size);
        _padding = layer.Patch == 0 ? 0 : (layer.Patch - layer.Stride) / 2;
        (_rows, _columns) = (layer.Input.Height + (2 * _padding), layer.Input.Width + (2 * _padding));
        (_across, _down) = layer.Patch == 0 ? (_columns, _rows) : (layer.Patch, layer.Patch);
        _cells = new float[_rows * _columns * _h1];
        _rowFinals = new float[_rows * layer.Output.Width * _h2];
        _columnFinals = new float[_columns * layer.Output.Height * _h2];
        _w1 = FloatKernel.Transpose(rnn1.W, _h1, layer.Input.Channels);
        _u1 = FloatKernel.Transpose(rnn1.U, _h1, _h1);
        _w2 = FloatKernel.Transpose(rnn2.W, _h2, _h1);
        _u2 = FloatKernel.Transpose(rnn2.U, _h2, _h2);
        _h = new float[Math.Max(_h1, _h2)];
        _next = new float[_h.Length];
    }

    public void Run(ReadOnlySpan<float> input, Span<float> output)
    {
        int width = _layer.Input.Width;
        int height = _layer.Input.Height;
        int channels = _layer.Input.Channels;
        for (int i = 0; i < width * height; i++)
        {
            Span<float> cell = _cells.AsSpan(((((i / width) + _padding) * _columns) + (i % width) + _padding) * _h1, _h1);
            cell.Clear();
            for (int c = 0; c < channels; c++)
                FloatKernel.MultiplyAdd(input[(i * channels) + c], _w1.AsSpan(c * _h1, _h1), cell);
        }

        (int across, int down) = (_layer.Output.Width, _layer.Output.Height);
        for (int line = 0; line < _rows; line++)
        {
            for (int w = 0; w < across; w++)
                SweepLine((line * _columns) + (w * _layer.Stride), 1, _across, _rowFinals.AsSpan(((line * across) + w) * _h2, _h2));
        }

        for (int line = 0; line < _columns; line++)
        {
            for (int w = 0; w < down; w++)
                SweepLine((w * _layer.Stride * _columns) + line, _columns, _down, _columnFinals.AsSpan(((line * down) + w) * _h2, _h2));
        }

        for (int y = 0; y < down; y++)
        {
            for (int x = 0; x < across; x++)
            {
                Span<float> cell = output.Slice(((y * across) + x) * 4 * _h2, 4 * _h2);
                Summarise(_rowFinals, y * _layer.Stride, x, across, _down, cell[..(2 * _h2)]);
                Summarise(_columnFinals, x * _layer.Stride, y, down, _across, cell[(2 * _h2)..]);
            }
        }
    }

    private void SweepLine(int first, int step, int length, Span<float> final)
    {
        Span<float> h = _h.AsSpan(0, _h1);
        h.Clear();
        for (int i = 0; i < length; i++)
            Step(_cells.AsSpan((first + (i * step)) * _h1, _h1), _u1, _layer.Rnn1!, h);
        final.Clear();
        for (int k = 0; k < _h1; k++)
            FloatKernel.MultiplyAdd(h[k], _w2.AsSpan(k * _h2, _h2), final);
    }

    private void Summarise(float[] finals, int firstLine, int window, int windows, int length, Span<float> output)
    {
        Span<float> h = _h.AsSpan(0, _h2);
        for (int direction = 0; direction < 2; direction++)
        {
            h.Clear();
            for (int i = 0; i < length; i++)
            {
                int line = firstLine + (direction == 0 ? i : length - 1 - i);
                Step(finals.AsSpan(((line * windows) + window) * _h2, _h2), _u2, _layer.Rnn2!, h);
            }

            h.CopyTo(output[(direction * _h2)..]);
        }
    }

    private void Step(ReadOnlySpan<float> w, float[] u, FloatRnn rnn, Span<float> h)
    {
        Span<float> a = _next.AsSpan(0, h.Length);
        w.CopyTo(a);
        for (int k = 0; k < h.Length; k++)
            FloatKernel.MultiplyAdd(h[k], u.AsSpan(k * h.Length, h.Length), a);
        for (int i = 0; i < h.Length; i++)
        {
            float z = Math.Clamp((a[i] + rnn.Bz[i] + 1) / 2, 0, 1),
                c = Math.Clamp(a[i] + rnn.Bh[i], -1, 1);
            h[i] = (z * h[i]) + ((1 - z) * c);
        }
    }
}
