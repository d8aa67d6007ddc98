using System.Numerics;
using System.Runtime.InteropServices;
using RNNPool.Edge.Models;
using RNNPool.Edge.Models.Arch;
using RNNPool.Edge.Vision.Frames;

namespace RNNPool.Edge.Vision.Imaging;

/// <summary>
/// Converts frames to the input tensor of a float network: grey, centred or stretched as the network demands (area average along a side
/// that shrinks, linear interpolation along one that grows), rounded to whole grey levels, then (grey - mean) / scale. Borders are 0. Not
/// thread-safe; allocates only when a frame is larger than all frames before it.
/// </summary>
public sealed class Letterbox
{
    private readonly InputSpec _input;
    private readonly RowResampler _resampler = new();

    /// <param name="input">The input of the network; it must have one channel.</param>
    /// <exception cref="ModelException">The network reads colour.</exception>
    public Letterbox(InputSpec input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.Channels != 1)
            throw new ModelException(
                $"This network reads {input.Channels} colour channels; only networks that read grey (1 channel) can be used."
            );
        _input = input;
    }

    /// <summary>Fills the input tensor from a frame.</summary>
    /// <param name="frame">The frame, in any format.</param>
    /// <param name="tensor">Height * width values of the input, row by row.</param>
    /// <returns>Position of the picture in the input.</returns>
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
        _resampler.Prepare(geometry);

        tensor[..(geometry.Y * _input.Width)].Clear();
        tensor[((geometry.Y + geometry.Height) * _input.Width)..].Clear();
        for (int y = 0; y < geometry.Height; y++)
        {
            Span<float> row = tensor.Slice((geometry.Y + y) * _input.Width, _input.Width);
            row[..geometry.X].Clear();
            row[(geometry.X + geometry.Width)..].Clear();
            Span<float> content = row.Slice(geometry.X, geometry.Width);
            _resampler.FillRow(frame, y, content);
            Normalize(content, _input.Mean, _input.Scale);
        }

        return geometry;
    }

    // The networks were trained on whole grey levels, so values are rounded (half up) before the normalisation.
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
