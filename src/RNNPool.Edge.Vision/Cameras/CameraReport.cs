namespace RNNPool.Edge.Vision.Cameras;

/// <summary>A camera that was found.</summary>
/// <param name="Source">The value for <c>Camera:Source</c>.</param>
/// <param name="Device">Its device; null for one that has none.</param>
/// <param name="Name">Its name in the driver.</param>
/// <param name="Bus">The bus that it is connected to; null when unknown.</param>
/// <param name="Problem">Why it cannot be used, and the remedy; null when it can.</param>
/// <param name="Formats">Its formats; empty when unknown.</param>
/// <param name="Controls">Its controls; empty when unknown.</param>
public sealed record CameraReport(
    string Source,
    string? Device,
    string Name,
    string? Bus,
    string? Problem,
    IReadOnlyList<CameraFormatReport> Formats,
    IReadOnlyList<CameraControlReport> Controls
);

/// <summary>A format of a camera.</summary>
/// <param name="Format">Its four characters.</param>
/// <param name="Readable">Whether this program reads it.</param>
/// <param name="Sizes">Its sizes.</param>
public sealed record CameraFormatReport(string Format, bool Readable, IReadOnlyList<CameraSizeReport> Sizes);

/// <summary>A size of a format.</summary>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Rates">Frames per second, descending; empty when the driver does not report them.</param>
public sealed record CameraSizeReport(int Width, int Height, IReadOnlyList<double> Rates);

/// <summary>A control of a camera.</summary>
/// <param name="Name">Its name, as under <c>Camera:Controls</c>.</param>
/// <param name="Minimum">Least value.</param>
/// <param name="Maximum">Greatest value.</param>
/// <param name="Default">The driver's own value.</param>
/// <param name="Value">The present value; null when it cannot be read.</param>
/// <param name="Inactive">Whether another control overrides it now.</param>
/// <param name="Choices">The choices of a menu by number; null for other controls.</param>
public sealed record CameraControlReport(
    string Name,
    int Minimum,
    int Maximum,
    int Default,
    int? Value,
    bool Inactive,
    IReadOnlyDictionary<int, string>? Choices
);
