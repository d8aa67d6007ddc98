namespace RNNPool.Edge.Vision.Cameras;

/// <summary>Remedies for the failures of network cameras.</summary>
internal static class CameraRemedy
{
    private static readonly (string[] Signs, string Remedy)[] Remedies =
    [
        (
            ["401", "Unauthorized"],
            "Check the user and password in Camera:Source; characters such as @ : / # must be percent-encoded there."
        ),
        (["404"], "Check the path of the stream in the camera's own manual or settings."),
        (
            ["refused", "No route", "timed out", "unreachable", "ConnectTimeout"],
            "Check that the camera is on, its address and port, and the network between."
        ),
        (["resolve", "Name or service"], "Check the camera's host name, or use its address."),
        (["fps_mode"], "Install ffmpeg 5.1 or newer."),
    ];

    /// <summary>The remedy for a message of a program or library; null when none is known.</summary>
    public static string? Find(string reason)
    {
        foreach ((string[] signs, string remedy) in Remedies)
        {
            if (signs.Any(sign => reason.Contains(sign, StringComparison.OrdinalIgnoreCase)))
                return remedy;
        }

        return null;
    }
}
