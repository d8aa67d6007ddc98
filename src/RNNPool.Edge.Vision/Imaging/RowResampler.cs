using System.Numerics;
using System.Runtime.InteropServices;
using RNNPool.Edge.Vision.Frames;

namespace RNNPool.Edge.Vision.Imaging;

/// <summary>
/// Resamples the rows of a frame to the size that it has in a network's input: the grey levels of a row as floating-point numbers that are
/// not rounded yet. Not thread-safe; allocates only when a frame is larger than all frames before it.
/// </summary>
internal sealed class RowResampler
{
    private readonly ResampleTable _columns = new();
    private readonly ResampleTable _rows = new();
    private byte[] _gray = [];
    private float[] _sums = [];
    private int _grayRow;

    /// <summary>Whether every output row is an input row, so that <see cref="GrayRow"/> alone gives the result.</summary>
    public bool IsCopy => _columns.IsCopy && _rows.IsCopy;

    /// <summary>Begins a frame.</summary>
    /// <param name="geometry">The sizes of the frame and of the result.</param>
    public void Prepare(in LetterboxGeometry geometry)
    {
        _columns.Compute(geometry.SourceWidth, geometry.Width);
        _rows.Compute(geometry.SourceHeight, geometry.Height);
        _grayRow = -1;
        if (_gray.Length < geometry.SourceWidth)
            _gray = new byte[geometry.SourceWidth];

        // The last windows may reach beyond the row, with weights of 0. The values there are finite, as all sums are.
        if (_sums.Length < geometry.SourceWidth + _columns.Taps)
            _sums = new float[geometry.SourceWidth + _columns.Taps];
    }

    /// <summary>Computes one output row.</summary>
    /// <param name="frame">The frame that was given to <see cref="Prepare"/>.</param>
    /// <param name="y">Index of the output row.</param>
    /// <param name="content">Receives the grey levels of the row, 0 to 255.</param>
    public void FillRow(Frame frame, int y, Span<float> content)
    {
        int first = _rows.Starts[y];
        ReadOnlySpan<float> weights = _rows.GetWeights(y);
        Span<float> sums = _columns.IsCopy ? content : _sums.AsSpan(0, frame.Width);
        for (int i = 0; i < weights.Length; i++)
        {
            ReadOnlySpan<byte> gray = GrayRow(frame, first + i);
            if (i == 0)
                Multiply(gray, weights[i], sums);
            else
                MultiplyAdd(gray, weights[i], sums);
        }

        if (!_columns.IsCopy)
            Gather(_sums, _columns, content);
    }

    /// <summary>One input row in grey; valid until the next call.</summary>
    public ReadOnlySpan<byte> GrayRow(Frame frame, int y)
    {
        ReadOnlySpan<byte> row = frame.Data.Slice(y * frame.Stride);
        if (frame.Format is PixelFormat.Gray8 or PixelFormat.Nv12 or PixelFormat.I420)
            return row[..frame.Width];

        // Neighbouring output rows share the input row on their border.
        Span<byte> gray = _gray.AsSpan(0, frame.Width);
        if (_grayRow != y)
            GrayConversion.ConvertRow(row, frame.Format, gray);
        _grayRow = y;
        return gray;
    }

    private static void Multiply(ReadOnlySpan<byte> gray, float weight, Span<float> sums)
    {
        int x = 0,
            step = Vector<byte>.Count,
            quarter = Vector<float>.Count;
        ref byte source = ref MemoryMarshal.GetReference(gray);
        ref float target = ref MemoryMarshal.GetReference(sums);
        var factor = new Vector<float>(weight);
        for (; x + step <= gray.Length; x += step)
        {
            Widen(
                Vector.LoadUnsafe(ref source, (nuint)x),
                out Vector<float> a,
                out Vector<float> b,
                out Vector<float> c,
                out Vector<float> d
            );
            (a * factor).StoreUnsafe(ref target, (nuint)x);
            (b * factor).StoreUnsafe(ref target, (nuint)(x + quarter));
            (c * factor).StoreUnsafe(ref target, (nuint)(x + (2 * quarter)));
            (d * factor).StoreUnsafe(ref target, (nuint)(x + (3 * quarter)));
        }

        for (; x < gray.Length; x++)
            sums[x] = gray[x] * weight;
    }

    private static void MultiplyAdd(ReadOnlySpan<byte> gray, float weight, Span<float> sums)
    {
        int x = 0,
            step = Vector<byte>.Count,
            quarter = Vector<float>.Count;
        ref byte source = ref MemoryMarshal.GetReference(gray);
        ref float target = ref MemoryMarshal.GetReference(sums);
        var factor = new Vector<float>(weight);
        for (; x + step <= gray.Length; x += step)
        {
            Widen(
                Vector.LoadUnsafe(ref source, (nuint)x),
                out Vector<float> a,
                out Vector<float> b,
                out Vector<float> c,
                out Vector<float> d
            );
            (Vector.LoadUnsafe(ref target, (nuint)x) + (a * factor)).StoreUnsafe(ref target, (nuint)x);
            (Vector.LoadUnsafe(ref target, (nuint)(x + quarter)) + (b * factor)).StoreUnsafe(ref target, (nuint)(x + quarter));
            (Vector.LoadUnsafe(ref target, (nuint)(x + (2 * quarter))) + (c * factor)).StoreUnsafe(ref target, (nuint)(x + (2 * quarter)));
            (Vector.LoadUnsafe(ref target, (nuint)(x + (3 * quarter))) + (d * factor)).StoreUnsafe(ref target, (nuint)(x + (3 * quarter)));
        }

        for (; x < gray.Length; x++)
            sums[x] += gray[x] * weight;
    }

    private static void Widen(Vector<byte> bytes, out Vector<float> a, out Vector<float> b, out Vector<float> c, out Vector<float> d)
    {
        Vector.Widen(bytes, out Vector<ushort> low, out Vector<ushort> high);
        Vector.Widen(low, out Vector<uint> first, out Vector<uint> second);
        Vector.Widen(high, out Vector<uint> third, out Vector<uint> fourth);
        a = Vector.ConvertToSingle(Vector.AsVectorInt32(first));
        b = Vector.ConvertToSingle(Vector.AsVectorInt32(second));
        c = Vector.ConvertToSingle(Vector.AsVectorInt32(third));
        d = Vector.ConvertToSingle(Vector.AsVectorInt32(fourth));
    }

    private static void Gather(ReadOnlySpan<float> sums, ResampleTable table, Span<float> content)
    {
        ReadOnlySpan<int> starts = table.Starts[..content.Length];
        ReadOnlySpan<float> weights = table.Weights;
        int taps = table.Taps;
        if (taps == 2)
        {
            // Two taps are the most frequent cases: enlarging and halving.
            for (int x = 0; x < content.Length; x++)
            {
                ReadOnlySpan<float> window = sums.Slice(starts[x], 2),
                    pair = weights.Slice(2 * x, 2);
                content[x] = (window[0] * pair[0]) + (window[1] * pair[1]);
            }

            return;
        }

        for (int x = 0; x < content.Length; x++)
        {
            ReadOnlySpan<float> window = sums.Slice(starts[x], taps),
                row = weights.Slice(x * taps, taps);
            float sum = 0;
            for (int i = 0; i < row.Length; i++)
                sum += window[i] * row[i];
            content[x] = sum;
        }
    }
}
