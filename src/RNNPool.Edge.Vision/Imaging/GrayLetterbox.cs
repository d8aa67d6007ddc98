using RNNPool.Edge.Models;
using RNNPool.Edge.Models.Arch;
using RNNPool.Edge.Vision.Frames;

namespace RNNPool.Edge.Vision.Imaging;

/// <summary>
/// Turns frames into the picture that a quantized network reads: one grey byte a pixel, fitted as <see cref="Letterbox"/> does,
/// borders 128. Not thread-safe.
/// </summary>
public sealed class GrayLetterbox
{
    private const byte Border = 128;

    private readonly Letterbox _letterbox;
    private readonly float[] _tensor;

    /// <param name="width">Width of the network's picture in pixels.</param>
    /// <param name="height">Height of the network's picture in pixels.</param>
    /// <param name="channels">Channels of the network's picture; must be 1.</param>
    /// <param name="fit">How frames of other proportions are fitted.</param>
    /// <exception cref="ModelException">The network wants colour.</exception>
    public GrayLetterbox(int width, int height, int channels = 1, InputFit fit = InputFit.Letterbox)
    {
        // With scale 1 the tensor holds whole grey levels around the border's.
        _letterbox = new Letterbox(new InputSpec(width, height, channels, Border, 1, fit));
        _tensor = new float[width * height];
    }

    /// <summary>Fills the picture from a frame.</summary>
    /// <param name="frame">The frame, in any format.</param>
    /// <param name="picture">Height * width bytes, row by row.</param>
    /// <returns>Where the frame lies in the picture.</returns>
    /// <exception cref="ArgumentException"><paramref name="picture"/> has another length.</exception>
    public LetterboxGeometry Fill(Frame frame, Span<byte> picture)
    {
        if (picture.Length != _tensor.Length)
            throw new ArgumentException($"The picture must have {_tensor.Length} bytes, but has {picture.Length}.", nameof(picture));
        LetterboxGeometry geometry = _letterbox.Fill(frame, _tensor);
        for (int i = 0; i < picture.Length; i++)
            picture[i] = (byte)(_tensor[i] + Border);
        return geometry;
    }
}
