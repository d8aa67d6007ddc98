namespace RNNPool.Edge.Sinks.Gpio;

/// <summary>Kinds of things that an output can show.</summary>
internal enum PinSourceKind
{
    /// <summary>Whether anything is there.</summary>
    Occupancy,

    /// <summary>Whether anything is in a zone.</summary>
    Zone,

    /// <summary>Whether anything of a label is there.</summary>
    Label,

    /// <summary>Whether the device does its work.</summary>
    Heartbeat,

    /// <summary>Whether it does not.</summary>
    Error,

    /// <summary>Whether frames are looked at.</summary>
    Detection,
}

/// <summary>What an output shows.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Name">Name of the zone or the label; empty for the others.</param>
internal readonly record struct PinSource(PinSourceKind Kind, string Name)
{
    /// <summary>The known sources as a regular expression.</summary>
    public const string Pattern = @"^(?:occupancy|heartbeat|error|detection-on|(?:zone|label):[\s\S]{1,64})$";

    public static readonly string[] Examples = ["occupancy", "zone:NAME", "label:NAME", "heartbeat", "error", "detection-on"];

    /// <summary>Whether presence decides it, so that the way from a frame to the pin can be timed.</summary>
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
