using System.Numerics;
using System.Runtime.InteropServices;
using RNNPool.Edge.Models;
using RNNPool.Edge.Models.Arch;
using RNNPool.Edge.Vision.Frames;

namespace RNNPool.Edge.Vision.Imaging;

/// <summary>
/// Turns frames into a network's input: grey, fitted into the middle or stretched as the network wants it (area average along
/// a side that shrinks, linear along one that grows), rounded to whole grey levels, then (grey - mean) / scale; the borders are 0. Not thread-safe; allocates only when a frame
/// is larger than all before it.
/// </summary>
public sealed class Letterbox
{
    private readonly InputSpec _input;
    private readonly ResampleTable _columns = new();
    private readonly ResampleTable _rows = new();
    private byte[] _gray = [];
    private float[] _sums = [];
    private int _grayRow;

    /// <param name="input">The input of the network; it must have one channel.</param>
    /// <exception cref="ModelException">The network wants colour.</exception>
    public Letterbox(InputSpec input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.Channels != 1)
            throw new ModelException(
                $"This network wants {input.Channels} colour channels, but frames are given to networks in grey (1 channel)."
            );
        _input = input;
    }

    /// <summary>Fills the input tensor from a frame.</summary>
    /// <param name="frame">The frame, in any format.</param>
    /// <param name="tensor">Height * width values of the input, row by row.</param>
    /// <returns>Where the picture lies in the input.</returns>
    /// <exception cref="ArgumentException"><paramref name="tensor"/> has another length.</exception>
    public LetterboxGeometry Fill(Frame frame, Span<float> tensor)
    {
        ArgumentNullException.ThrowIfNull(frame);
        if (tensor.Length != _input.Width * _input.Height)
            throw new ArgumentException(
                $"The tensor must have {_input.Width * _input.Height} values, but has {tensor.Length}.",
                nameof(tensor)
            );
        LetterboxGeometry geometry = LetterboxGeometry.Fit(frame.Width, frame.Height, _input);
        Prepare(geometry);

        tensor[..(geometry.Y * _input.Width)].Clear();
        tensor[((geometry.Y + geometry.Height) * _input.Width)..].Clear();
        for (int y = 0; y < geometry.Height; y++)
        {
            Span<float> row = tensor.Slice((geometry.Y + y) * _input.Width, _input.Width);
            row[..geometry.X].Clear();
            row[(geometry.X + geometry.Width)..].Clear();
            Span<float> content = row.Slice(geometry.X, geometry.Width);
            FillRow(frame, y, content);
            Normalize(content, _input.Mean, _input.Scale);
        }

        return geometry;
    }

    private void Prepare(in LetterboxGeometry geometry)
    {
        _columns.Compute(geometry.SourceWidth, geometry.Width);
        _rows.Compute(geometry.SourceHeight, geometry.Height);
        _grayRow = -1;
        if (_gray.Length < geometry.SourceWidth)
            _gray = new byte[geometry.SourceWidth];

        // The last windows may reach beyond the row, with weights of 0; what an earlier frame left there is finite.
        if (_sums.Length < geometry.SourceWidth + _columns.Taps)
            _sums = new float[geometry.SourceWidth + _columns.Taps];
    }

    private void FillRow(Frame frame, int y, Span<float> content)
    {
        int first = _rows.Starts[y];
        ReadOnlySpan<float> weights = _rows.WeightsOf(y);
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

    private ReadOnlySpan<byte> GrayRow(Frame frame, int y)
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
            // Enlarging, and halving: by far the most usual cases.
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

    // Rounds half up to whole grey levels, as the network was trained on, before the normalisation.
    private static void Normalize(Span<float> values, float mean, float scale)
    {
        int x = 0;
        ref float value = ref MemoryMarshal.GetReference(values);
        var half = new Vector<float>(0.5f);
        var means = new Vector<float>(mean);
        var scales = new Vector<float>(scale);
        for (; x + Vector<float>.Count <= values.Length; x += Vector<float>.Count)
            ((Vector.Floor(Vector.LoadUnsafe(ref value, (nuint)x) + half) - means) / scales).StoreUnsafe(ref value, (nuint)x);
        for (; x < values.Length; x++)
            values[x] = (MathF.Floor(values[x] + 0.5f) - mean) / scale;
    }
}
