namespace RNNPool.Edge.Vision.Cameras.V4l2;

/// <summary>The calls of the kernel that a video device needs, so that tests can replace the kernel.</summary>
internal interface IVideoKernel
{
    /// <summary>Opens a device; returns its descriptor, or a negative error number.</summary>
    int Open(string path);

    /// <summary>Closes a device.</summary>
    void Close(int descriptor);

    /// <summary>One ioctl; returns 0 or more, or a negative error number.</summary>
    int Control(int descriptor, uint request, Span<byte> argument);

    /// <summary>Maps a buffer; returns its address, or a negative error number.</summary>
    nint Map(int descriptor, uint offset, uint length);

    /// <summary>Removes a mapping.</summary>
    void Unmap(nint address, uint length);

    /// <summary>Waits for a picture; returns the events found, 0 when there are none in time, or a negative error number.</summary>
    int Wait(int descriptor, int milliseconds);

    /// <summary>The video devices of this machine.</summary>
    IReadOnlyList<VideoNode> Nodes();
}

/// <summary>A device's file.</summary>
/// <param name="Path">Such as <c>/dev/video0</c>.</param>
/// <param name="Name">Its name in the kernel; empty when unknown.</param>
/// <param name="Links">Names that stay the same when the kernel renumbers the devices, such as <c>/dev/v4l/by-id/usb-...</c>.</param>
internal sealed record VideoNode(string Path, string Name, IReadOnlyList<string> Links);
