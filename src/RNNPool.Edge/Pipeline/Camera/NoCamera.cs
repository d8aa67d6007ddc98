namespace RNNPool.Edge.Pipeline.Camera;

/// <summary>The source of a device on which no camera is configured yet.</summary>
internal static class NoCamera
{
    /// <summary>The source in the settings.</summary>
    public const string Source = "none:";

    /// <summary>The failure that health and state report.</summary>
    public const string Reason = "No camera is configured; choose one on the page, or set Camera:Source.";

    /// <summary>Whether a source is a camera.</summary>
    public static bool IsCamera(string? source) => !string.IsNullOrWhiteSpace(source) && source != Source;
}
