using RNNPool.Edge.Events;

namespace RNNPool.Edge.Sinks.Gpio;

/// <summary>Kinds of sources of an output.</summary>
internal enum PinSourceKind
{
    /// <summary>Whether presences are announced.</summary>
    Presence,

    /// <summary>Whether the device is healthy.</summary>
    Heartbeat,

    /// <summary>Whether the device is not healthy.</summary>
    Error,

    /// <summary>Whether detection is active.</summary>
    Detection,
}

/// <summary>Source of an output.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Presence">The presences that count, for that kind.</param>
internal readonly record struct PinSource(PinSourceKind Kind, PresenceSource Presence = default)
{
    /// <summary>The known sources as a regular expression.</summary>
    public const string Pattern = $"^(?:{PresenceSource.Alternatives}|heartbeat|error|detection-on)$";

    public static readonly string[] Examples = ["occupancy", "zone:NAME", "label:NAME", "heartbeat", "error", "detection-on"];

    /// <summary>Whether presence decides it, so that the time from a frame to the pin can be measured.</summary>
    public bool IsPresence => Kind == PinSourceKind.Presence;

    public static bool TryParse(string? text, out PinSource source)
    {
        PinSource? found = text switch
        {
            "heartbeat" => new PinSource(PinSourceKind.Heartbeat),
            "error" => new PinSource(PinSourceKind.Error),
            "detection-on" => new PinSource(PinSourceKind.Detection),
            _ => PresenceSource.TryParse(text, out PresenceSource presence) ? new PinSource(PinSourceKind.Presence, presence) : null,
        };
        source = found ?? default;
        return found is not null;
    }
}
