namespace RNNPool.Edge.Sinks.Gpio;

/// <summary>Kinds of sources of an output.</summary>
internal enum PinSourceKind
{
    /// <summary>Whether a presence is announced.</summary>
    Occupancy,

    /// <summary>Whether a presence is in a zone.</summary>
    Zone,

    /// <summary>Whether a presence has a label.</summary>
    Label,

    /// <summary>Whether the device is healthy.</summary>
    Heartbeat,

    /// <summary>Whether the device is not healthy.</summary>
    Error,

    /// <summary>Whether detection is active.</summary>
    Detection,
}

/// <summary>Source of an output.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Name">Name of the zone or the label; empty for the others.</param>
internal readonly record struct PinSource(PinSourceKind Kind, string Name)
{
    /// <summary>The known sources as a regular expression.</summary>
    public const string Pattern = @"^(?:occupancy|heartbeat|error|detection-on|(?:zone|label):[\s\S]{1,64})$";

    public static readonly string[] Examples = ["occupancy", "zone:NAME", "label:NAME", "heartbeat", "error", "detection-on"];

    /// <summary>Whether presence decides it, so that the time from a frame to the pin can be measured.</summary>
    public bool IsPresence => Kind is PinSourceKind.Occupancy or PinSourceKind.Zone or PinSourceKind.Label;

    public static bool TryParse(string? text, out PinSource source)
    {
        source = default;
        (string kind, string? name) = text?.Split(':', 2) switch
        {
            [var alone] => (alone, null),
            [var first, var rest] => (first, rest),
            _ => ("", null),
        };
        PinSourceKind? known = (kind, name) switch
        {
            ("occupancy", null) => PinSourceKind.Occupancy,
            ("heartbeat", null) => PinSourceKind.Heartbeat,
            ("error", null) => PinSourceKind.Error,
            ("detection-on", null) => PinSourceKind.Detection,
            ("zone", { Length: > 0 and <= 64 }) => PinSourceKind.Zone,
            ("label", { Length: > 0 and <= 64 }) => PinSourceKind.Label,
            _ => null,
        };
        if (known is not { } found)
            return false;
        source = new PinSource(found, name ?? "");
        return true;
    }
}
