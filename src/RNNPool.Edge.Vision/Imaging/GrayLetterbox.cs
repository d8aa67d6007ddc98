using System.Numerics;
using System.Runtime.InteropServices;
using RNNPool.Edge.Models;
using RNNPool.Edge.Models.Arch;
using RNNPool.Edge.Vision.Frames;

namespace RNNPool.Edge.Vision.Imaging;

/// <summary>
/// Converts frames to the picture that a quantized network reads: one grey byte per pixel, fitted like <see cref="Letterbox"/>, with
/// borders of grey level 128. A frame that already has the picture's size is copied. Not thread-safe; allocates only when a frame is larger
/// than all frames before it.
/// </summary>
public sealed class GrayLetterbox
{
    private const byte Border = 128;

    private readonly InputSpec _input;
    private readonly RowResampler _resampler = new();
    private readonly float[] _levels;

    /// <param name="width">Width of the network's picture in pixels.</param>
    /// <param name="height">Height of the network's picture in pixels.</param>
    /// <param name="channels">Channels of the network's picture; must be 1.</param>
    /// <param name="fit">How frames of other proportions are fitted.</param>
    /// <exception cref="ModelException">The network reads more than one channel.</exception>
    public GrayLetterbox(int width, int height, int channels = 1, InputFit fit = InputFit.Letterbox)
    {
        if (channels != 1)
            throw new ModelException(
                $"This network reads {channels} colour channels; only networks that read grey (1 channel) can be used."
            );
        _input = new InputSpec(width, height, channels, Border, 1, fit);
        _levels = new float[width];
    }

    /// <summary>Fills the picture from a frame.</summary>
    /// <param name="frame">The frame, in any format.</param>
    /// <param name="picture">Height * width bytes, row by row.</param>
    /// <returns>Position of the frame in the picture.</returns>
    /// <exception cref="ArgumentException"><paramref name="picture"/> has another length.</exception>
    public LetterboxGeometry Fill(Frame frame, Span<byte> picture)
    {
        ArgumentNullException.ThrowIfNull(frame);
        if (picture.Length != _input.Width * _input.Height)
            throw new ArgumentException(
                $"The picture must have {_input.Width * _input.Height} bytes, but has {picture.Length}.",
                nameof(picture)
            );
        LetterboxGeometry geometry = LetterboxGeometry.Fit(frame.Width, frame.Height, _input);
        _resampler.Prepare(geometry);
        picture[..(geometry.Y * _input.Width)].Fill(Border);
        picture[((geometry.Y + geometry.Height) * _input.Width)..].Fill(Border);
        for (int y = 0; y < geometry.Height; y++)
        {
            Span<byte> row = picture.Slice((geometry.Y + y) * _input.Width, _input.Width);
            row[..geometry.X].Fill(Border);
            row[(geometry.X + geometry.Width)..].Fill(Border);
            FillRow(frame, y, row.Slice(geometry.X, geometry.Width));
        }

        return geometry;
    }

    private void FillRow(Frame frame, int y, Span<byte> content)
    {
        if (_resampler.IsCopy)
        {
            _resampler.GrayRow(frame, y).CopyTo(content);
            return;
        }

        Span<float> levels = _levels.AsSpan(0, content.Length);
        _resampler.FillRow(frame, y, levels);
        Round(levels, content);
    }

    // Rounds half up, as Letterbox does. Conversion to an integer truncates, which is the floor because no level is negative.
    private static void Round(ReadOnlySpan<float> levels, Span<byte> bytes)
    {
        int x = 0,
            quarter = Vector<float>.Count;
        ref float source = ref MemoryMarshal.GetReference(levels);
        ref byte target = ref MemoryMarshal.GetReference(bytes);
        for (; x + Vector<byte>.Count <= bytes.Length; x += Vector<byte>.Count)
        {
            Vector<ushort> low = Vector.Narrow(Whole(ref source, x), Whole(ref source, x + quarter));
            Vector<ushort> high = Vector.Narrow(Whole(ref source, x + (2 * quarter)), Whole(ref source, x + (3 * quarter)));
            Vector.Narrow(low, high).StoreUnsafe(ref target, (nuint)x);
        }

        for (; x < bytes.Length; x++)
            bytes[x] = (byte)(levels[x] + 0.5f);
    }

    private static Vector<uint> Whole(ref float source, int position) =>
        Vector.AsVectorUInt32(Vector.ConvertToInt32(Vector.LoadUnsafe(ref source, (nuint)position) + new Vector<float>(0.5f)));
}
