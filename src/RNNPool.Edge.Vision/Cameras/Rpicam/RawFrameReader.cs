using RNNPool.Edge.Vision.Cameras.Processes;
using RNNPool.Edge.Vision.Frames;

namespace RNNPool.Edge.Vision.Cameras.Rpicam;

/// <summary>Reads contiguous frames of one known geometry.</summary>
internal sealed class RawFrameReader(string name, int width, int height, int stride, PixelFormat format) : IFrameReader
{
    /// <inheritdoc/>
    public Frame? Read(IByteSource source, FramePool pool, Frame? spare, CancellationToken stop)
    {
        Frame frame = spare ?? pool.Rent(width, height, format, stride);
        try
        {
            int got = source.Read(frame.Data, stop);
            if (got == frame.Length)
                return frame;
            if (got > 0)
                throw new CameraException($"{name}: the camera program ended within a frame.", new EndOfStreamException());
        }
        catch
        {
            frame.Dispose();
            throw;
        }

        frame.Dispose();
        return null;
    }
}
