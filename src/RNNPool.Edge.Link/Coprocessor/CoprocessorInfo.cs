using RNNPool.Edge.Link.Messages;

namespace RNNPool.Edge.Link.Coprocessor;

/// <summary>What is known of a connected device.</summary>
/// <param name="Hello">The device's greeting.</param>
/// <param name="Slots">Its model slots, the built-in one included.</param>
public sealed record CoprocessorInfo(DeviceHello Hello, IReadOnlyList<SlotInfo> Slots)
{
    /// <summary>The model in use, or null.</summary>
    public SlotInfo? ActiveModel => Slots.FirstOrDefault(slot => slot.Slot == Hello.ActiveSlot);

    /// <summary>Whether models can be uploaded.</summary>
    public bool CanUpload => Hello.SlotCount > 0 && Hello.Capabilities.HasFlag(DeviceCapabilities.Upload);
}

/// <summary>Whether a device can be used.</summary>
public enum CoprocessorState
{
    /// <summary>No session; the next attempt comes after a while.</summary>
    Disconnected,

    /// <summary>The line is being opened, or the handshake is on.</summary>
    Connecting,

    /// <summary>The device takes pictures.</summary>
    Ready,
}

/// <summary>What an event of a device is about.</summary>
public enum CoprocessorEventKind
{
    /// <summary>A session has begun.</summary>
    Connected,

    /// <summary>The session has ended.</summary>
    Disconnected,

    /// <summary>A line of the device's log.</summary>
    Log,

    /// <summary>The device reports a fault.</summary>
    Fault,
}

/// <summary>Something that happened to or on a device.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Time">When the host learnt of it (UTC).</param>
/// <param name="Level">Log: 0 debug, 1 information, 2 warning, 3 error; fault: its number; else 0.</param>
/// <param name="Text">One line.</param>
public readonly record struct CoprocessorEvent(CoprocessorEventKind Kind, DateTimeOffset Time, byte Level, string Text);
