using System.Runtime.InteropServices;

namespace RNNPool.Edge.Vision.Cameras.V4l2;

/// <summary>Turns the kernel's error numbers into exceptions with a message for the user.</summary>
internal static class VideoFailure
{
    /// <summary>A device that cannot be opened.</summary>
    public static CameraException Open(IVideoKernel kernel, string name, int error) =>
        error switch
        {
            ErrorNumber.NoEntry or ErrorNumber.NoDevice or ErrorNumber.NoSuchDeviceOrAddress => new CameraException(
                $"{name}: there is no such device; {Present(kernel)}"
            )
            {
                Fix = "Plug the camera in, or choose another one; 'rnnpool-edge cameras' lists them.",
            },
            ErrorNumber.NoPermission or 1 => new CameraException($"{name}: no permission to open it.")
            {
                Fix =
                    "Add the user to the group video: sudo usermod -aG video $USER, then log in again "
                    + "(for a service: SupplementaryGroups=video).",
            },
            ErrorNumber.Busy => Busy(name),
            _ => new CameraException($"{name}: cannot be opened ({Marshal.GetPInvokeErrorMessage(error)})."),
        };

    /// <summary>A request to an open device that failed.</summary>
    public static CameraException Control(string name, string doing, int error) =>
        error switch
        {
            ErrorNumber.Busy => Busy(name),
            ErrorNumber.NoDevice or ErrorNumber.NoSuchDeviceOrAddress => new CameraException(
                $"{name}: the camera was unplugged, or its driver has failed."
            ),
            _ => new CameraException($"{name}: {doing} failed ({Marshal.GetPInvokeErrorMessage(error)})."),
        };

    private static CameraException Busy(string name) =>
        new($"{name}: another program uses the camera.") { Fix = "End it; 'fuser -v /dev/video*' shows which program it is." };

    private static string Present(IVideoKernel kernel)
    {
        IReadOnlyList<VideoNode> nodes = kernel.Nodes();
        return nodes.Count == 0
            ? "this machine has no video device."
            : "there are "
                + string.Join(", ", nodes.Take(8).Select(node => node.Name.Length > 0 ? $"{node.Path} ({node.Name})" : node.Path))
                + ".";
    }
}
