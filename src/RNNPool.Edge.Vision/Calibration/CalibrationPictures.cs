using RNNPool.Edge.Models;
using RNNPool.Edge.Models.Arch;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Imaging;

namespace RNNPool.Edge.Vision.Calibration;

/// <summary>Loads pictures in the form that a quantized network reads.</summary>
public static class CalibrationPictures
{
    /// <summary>Decodes pictures and fits them into a network's input.</summary>
    /// <param name="files">Picture files.</param>
    /// <param name="input">The network's input.</param>
    /// <param name="cancellationToken">Stops between pictures.</param>
    /// <param name="progress">Receives the progress, 0 to 1.</param>
    /// <exception cref="ImageException">A file is not a picture.</exception>
    /// <exception cref="ModelException">The network reads colour.</exception>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Load(
        IReadOnlyList<string> files,
        InputSpec input,
        CancellationToken cancellationToken,
        IProgress<double>? progress = null
    )
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(input);
        var letterbox = new GrayLetterbox(input.Width, input.Height, input.Channels, input.Fit);
        var pool = new FramePool(1);
        var pictures = new ReadOnlyMemory<byte>[files.Count];
        for (int i = 0; i < files.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using Frame frame = ImageCodec.Load(files[i], pool);
            byte[] picture = new byte[input.Width * input.Height];
            letterbox.Fill(frame, picture);
            pictures[i] = picture;
            progress?.Report((i + 1.0) / files.Count);
        }

        return pictures;
    }
}
