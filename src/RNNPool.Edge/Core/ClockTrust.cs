using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace RNNPool.Edge.Core;

/// <summary>
/// Decides whether the wall clock may delete what earlier runs have stored. A clock without a battery, a wrong time server or a hand can
/// set it forward by weeks, and what is deleted by such a time does not return. Thread-safe.
/// </summary>
/// <remarks>
/// The clock is trusted when it shows a time after <see cref="FirstPlausibleTime"/> and has not jumped since the start, or since its last
/// jump, for <see cref="Grace"/> if the kernel reports that it is synchronized with a time server, else for
/// <see cref="UnsynchronizedGrace"/>.
/// </remarks>
internal sealed partial class ClockTrust
{
    /// <summary>Time for which a synchronized clock must not have jumped.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(15);

    /// <summary>Time for which a clock that is not synchronized must not have jumped.</summary>
    public static readonly TimeSpan UnsynchronizedGrace = TimeSpan.FromHours(6);

    /// <summary>Differences of the clocks up to this are corrections, not jumps.</summary>
    public static readonly TimeSpan JumpThreshold = TimeSpan.FromMinutes(1);

    /// <summary>Before this time the clock has not been set.</summary>
    public static readonly DateTimeOffset FirstPlausibleTime = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly TimeProvider _time;
    private readonly Func<bool?> _isSynchronized;
    private readonly Lock _lock = new();
    private long _steadySince;
    private DateTimeOffset _wall;

    /// <summary>Reads the kernel's state of the clock.</summary>
    public ClockTrust(TimeProvider time)
        : this(time, IsSynchronized) { }

    /// <summary>Reads the state of the clock from <paramref name="isSynchronized"/>.</summary>
    internal ClockTrust(TimeProvider time, Func<bool?> isSynchronized)
    {
        _time = time;
        _isSynchronized = isSynchronized;
        _steadySince = time.GetTimestamp();
        _wall = time.GetUtcNow();
    }

    /// <summary>Whether the wall clock is trusted now.</summary>
    public bool IsTrusted
    {
        get
        {
            lock (_lock)
            {
                DateTimeOffset now = _time.GetUtcNow();
                TimeSpan steady = _time.GetElapsedTime(_steadySince);
                if ((now - (_wall + steady)).Duration() >= JumpThreshold)
                {
                    _steadySince = _time.GetTimestamp();
                    _wall = now;
                    return false;
                }

                return now >= FirstPlausibleTime && steady >= Grace && (steady >= UnsynchronizedGrace || _isSynchronized() == true);
            }
        }
    }

    /// <summary>Whether the kernel's clock is synchronized (adjtimex(2)); null when the kernel does not report it.</summary>
    public static bool? IsSynchronized()
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
