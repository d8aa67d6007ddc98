using RNNPool.Edge.Link.Messages;

namespace RNNPool.Edge.Link.Coprocessor;

/// <summary>Description of a connected device.</summary>
/// <param name="Hello">The device's HELLO.</param>
/// <param name="Slots">Its model slots, with the built-in one.</param>
public sealed record CoprocessorInfo(DeviceHello Hello, IReadOnlyList<SlotInfo> Slots)
{
    /// <summary>The active model, or null.</summary>
    public SlotInfo? ActiveModel => Slots.FirstOrDefault(slot => slot.Slot == Hello.ActiveSlot);

    /// <summary>Whether models can be uploaded.</summary>
    public bool CanUpload => Hello.SlotCount > 0 && Hello.Capabilities.HasFlag(DeviceCapabilities.Upload);

    /// <summary>Why the device refuses a model with this many multiply-accumulates; null when it does not.</summary>
    public string? WorkObstacle(uint work) =>
        Hello.WorkLimit == 0 || work <= Hello.WorkLimit
            ? null
            : $"that model takes {work / 1_000_000} million multiply-accumulates, but the board {Hello.Board} allows "
                + $"{Hello.WorkLimit / 1_000_000} million.";
}

/// <summary>Whether a device can be used.</summary>
public enum CoprocessorState
{
    /// <summary>No session; the next attempt follows after a delay.</summary>
    Disconnected,

    /// <summary>The line is being opened, or the handshake is in progress.</summary>
    Connecting,

    /// <summary>The device accepts pictures.</summary>
    Ready,
}

/// <summary>Kind of a <see cref="CoprocessorEvent"/>.</summary>
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

/// <summary>A connection, a loss, or a message of the device.</summary>
/// <param name="Kind">Kind.</param>
/// <param name="Time">When the host received it (UTC).</param>
/// <param name="Level">For a log line: 0 debug, 1 information, 2 warning, 3 error; for a fault: its number; otherwise 0.</param>
/// <param name="Text">One line.</param>
public readonly record struct CoprocessorEvent(CoprocessorEventKind Kind, DateTimeOffset Time, byte Level, string Text);
