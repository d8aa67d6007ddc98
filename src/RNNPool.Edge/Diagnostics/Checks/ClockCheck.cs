using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using RNNPool.Edge.Core;

namespace RNNPool.Edge.Diagnostics.Checks;

/// <summary>Whether the clock is set, and kept right by a time server: a Raspberry Pi has none of its own, and events carry UTC times.</summary>
internal sealed partial class ClockCheck(TimeProvider timeProvider, Func<bool?>? synchronized = null) : IDoctorCheck
{
    public string Name => "clock";

    public Task<CheckResult> RunAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset now = timeProvider.GetUtcNow();
        string shown = now.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        if (now.Year < 2025)
        {
            return Task.FromResult(
                new CheckResult(
                    Name,
                    CheckOutcome.Warning,
                    $"The clock says {shown}, which is long past.",
                    "Connect to a network with a time server, or set it with 'sudo date -s'."
                )
            );
        }

        return Task.FromResult(
            (synchronized ?? IsSynchronized)() == false
                ? new CheckResult(
                    Name,
                    CheckOutcome.Warning,
                    $"It is {shown}, but no time server keeps the clock right.",
                    "Switch it on with 'sudo timedatectl set-ntp true', and check 'timedatectl timesync-status'."
                )
                : new CheckResult(Name, CheckOutcome.Ok, $"It is {shown}.")
        );
    }

    /// <summary>Whether the kernel has been told that its clock is right (adjtimex(2)); null when it does not say.</summary>
    private static bool? IsSynchronized()
    {
        // In struct timex of 64-bit Linux the status is the int at offset 40; modes 0 only reads.
        const int StatusOffset = 40,
            Unsynchronized = 0x40;
        Span<byte> timex = stackalloc byte[512];
        timex.Clear();
        return AdjustTime(ref MemoryMarshal.GetReference(timex)) < 0
            ? null
            : (BinaryPrimitives.ReadInt32LittleEndian(timex[StatusOffset..]) & Unsynchronized) == 0;
    }

    [LibraryImport("libc", EntryPoint = "adjtimex")]
    private static partial int AdjustTime(ref byte timex);
}
