namespace RNNPool.Edge.Vision.Cameras.V4l2;

/// <summary>Finds the device that a source names.</summary>
internal static class V4l2Selection
{
    /// <summary>Opens a device by its path, by its name under /dev/v4l/by-id, or the first one that captures when none is named.</summary>
    /// <exception cref="CameraException">There is none, or it cannot capture.</exception>
    public static VideoDevice Open(IVideoKernel kernel, string device, string name)
    {
        if (device.Length > 0)
        {
            VideoDevice named = VideoDevice.Open(kernel, PathOf(device), name);
            if (named.CanCapture)
                return named;
            named.Dispose();
            throw new CameraException($"{name}: this device does not capture pictures.")
            {
                Fix = "A camera has several devices, and often the one with the lowest number captures; 'rnnpool-edge cameras' lists them.",
            };
        }

        CameraException? first = null;
        foreach (VideoNode node in kernel.Nodes())
        {
            try
            {
                VideoDevice found = VideoDevice.Open(kernel, node.Path, $"{name}{node.Path}");
                if (found.CanCapture && VideoFormats.Read(found).Any(format => FourCc.Known.Contains(format.Code)))
                    return found;
                found.Dispose();
            }
            catch (CameraException exception)
            {
                first ??= exception;
            }
        }

        throw first
            ?? new CameraException($"{name} this machine has no camera that the kernel's video interface can capture from.")
            {
                Fix = "Plug a camera in; a camera on a ribbon cable needs rpicam:.",
            };
    }

    private static string PathOf(string device) => device.StartsWith('/') ? device : $"/dev/v4l/by-id/{device}";
}
