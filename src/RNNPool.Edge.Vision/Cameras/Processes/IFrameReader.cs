using RNNPool.Edge.Vision.Frames;

namespace RNNPool.Edge.Vision.Cameras.Processes;

/// <summary>Cuts a child's output into frames.</summary>
internal interface IFrameReader
{
    /// <summary>Reads the next frame.</summary>
    /// <param name="source">The child's output.</param>
    /// <param name="pool">The pool of the frames.</param>
    /// <param name="spare">A surplus frame that may be filled again; the reader then owns it.</param>
    /// <param name="stop">Ends the wait.</param>
    /// <returns>The frame, or null when the output has ended between two frames.</returns>
    /// <exception cref="CameraException">The output is invalid, or ends within a frame.</exception>
    Frame? Read(IByteSource source, FramePool pool, Frame? spare, CancellationToken stop);
}
