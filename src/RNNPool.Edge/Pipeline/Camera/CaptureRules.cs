using System.Globalization;
using RNNPool.Edge.Vision.Cameras;
using RNNPool.Edge.Vision.Imaging;

namespace RNNPool.Edge.Pipeline.Camera;

/// <summary>The rules between the settings of one camera.</summary>
internal static class CaptureRules
{
    /// <summary>Adds a failure for each rule that the settings violate.</summary>
    /// <param name="rules">Receives the failures.</param>
    /// <param name="camera">Key of the camera, such as <c>Camera</c>.</param>
    /// <param name="prefix">Beginning of its keys in the section; empty or with a colon at its end.</param>
    /// <param name="options">The settings.</param>
    public static SettingRules Check(SettingRules rules, string camera, string prefix, CaptureOptions options) =>
        rules
            .Check(
                prefix + nameof(options.Rotation),
                options.Rotation,
                FrameTransform.IsRotation(options.Rotation),
                "it must be 0, 90, 180 or 270"
            )
            .Check(
                prefix + nameof(options.Crop),
                options.Crop,
                CropArea.TryParse(options.Crop, out _),
                "it must be x, y, width and height from 0 to 1 within the picture, such as 0.25 0.1 0.5 0.5"
            )
            .Check(
                prefix + nameof(options.StallTimeout),
                options.StallTimeout,
                options.StallTimeout.TotalSeconds * Math.Min(options.Rate, options.IdleRate) >= 2,
                $"it must be at least two periods of {camera}:Rate and {camera}:IdleRate"
            )
            .Check(
                prefix + nameof(options.MaxReopenDelay),
                options.MaxReopenDelay,
                options.MaxReopenDelay >= options.ReopenDelay,
                $"it must be from {options.ReopenDelay} to 01:00:00"
            );

    /// <summary>Creates the camera without opening it, so that its provider validates the parameters.</summary>
    /// <returns>Why the source cannot be used, as a sentence; null when it can.</returns>
    public static string? CheckSource(string camera, CaptureOptions options, CameraFactory factory)
    {
        string source = options.Source!;
        try
        {
            // A camera holds no resources before its first read.
            double rate = factory.Create(source).RequestedRate;
            double least = rate > 0 ? 2 / rate : 0;
            return options.StallTimeout.TotalSeconds >= least
                ? null
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"{camera}:StallTimeout is {options.StallTimeout}; "
                        + $"it must be at least two periods of the rate in {camera}:Source, {least:0.##} s."
                );
        }
        catch (CameraException exception)
        {
            string end = exception.Message.EndsWith('?') ? "" : ".";
            return $"{camera}:Source is '{SettingRules.Printable(source)}'; {exception.Message.TrimEnd('.')}{end}";
        }
    }
}
