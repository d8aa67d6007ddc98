namespace RNNPool.Edge.Health;

/// <summary>
/// What the firmware of a Raspberry Pi says about supply and clock, as in <c>vcgencmd get_throttled</c>. The upper half has the same flags
/// for the time since the machine was switched on.
/// </summary>
[Flags]
internal enum FirmwareFlags : uint
{
    /// <summary>No flag.</summary>
    None = 0,

    /// <summary>The supply voltage is below 4.63 V.</summary>
    UnderVoltage = 1,

    /// <summary>The frequency of the processor is capped.</summary>
    Capped = 1 << 1,

    /// <summary>The processor is throttled.</summary>
    Throttled = 1 << 2,

    /// <summary>The soft temperature limit is reached.</summary>
    SoftLimit = 1 << 3,

    /// <summary>The processor is slower than it could be.</summary>
    AnyThrottling = Capped | Throttled | SoftLimit,
}

internal static class FirmwareFlagsExtensions
{
    /// <summary>The flags that were set at some time since the machine was switched on.</summary>
    public static FirmwareFlags Past(this FirmwareFlags flags) => (FirmwareFlags)((uint)flags >> 16) & (FirmwareFlags)0xF;
}
