namespace RNNPool.Edge.Pipeline.Camera;

/// <summary>The source of a device on which no camera is configured yet.</summary>
internal static class NoCamera
{
    /// <summary>The source in the settings.</summary>
    public const string Source = "none:";

    /// <summary>What health and state report; the device waits, and has no fault.</summary>
    public const string Reason = "The device is not set up: choose a camera on its page, or set Camera:Source.";

    /// <summary>Whether a source is a camera.</summary>
    public static bool IsCamera(string? source) => !string.IsNullOrWhiteSpace(source) && source != Source;
}
