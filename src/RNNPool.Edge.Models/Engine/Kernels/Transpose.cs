using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace RNNPool.Edge.Models.Engine.Kernels;

/// <summary>Eight by eight words.</summary>
internal static unsafe class Transpose
{
    /// <summary>Writes the words of eight rows as eight columns.</summary>
    /// <param name="source">Start of all rows.</param>
    /// <param name="offsets">Words from there to each of the eight rows.</param>
    /// <param name="target">First column.</param>
    /// <param name="pitch">Words from column to column.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Gather(short* source, int* offsets, short* target, nint pitch)
    {
        Vector128<short> r0 = Vector128.Load(source + offsets[0]),
            r1 = Vector128.Load(source + offsets[1]),
            r2 = Vector128.Load(source + offsets[2]),
            r3 = Vector128.Load(source + offsets[3]),
            r4 = Vector128.Load(source + offsets[4]),
            r5 = Vector128.Load(source + offsets[5]),
            r6 = Vector128.Load(source + offsets[6]),
            r7 = Vector128.Load(source + offsets[7]);
        // Each stage interleaves rows that are four apart; after three stages every register holds a column.
        Stage(ref r0, ref r1, ref r2, ref r3, ref r4, ref r5, ref r6, ref r7);
        Stage(ref r0, ref r1, ref r2, ref r3, ref r4, ref r5, ref r6, ref r7);
        Stage(ref r0, ref r1, ref r2, ref r3, ref r4, ref r5, ref r6, ref r7);
        r0.Store(target);
        r1.Store(target + pitch);
        r2.Store(target + (2 * pitch));
        r3.Store(target + (3 * pitch));
        r4.Store(target + (4 * pitch));
        r5.Store(target + (5 * pitch));
        r6.Store(target + (6 * pitch));
        r7.Store(target + (7 * pitch));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Stage(
        ref Vector128<short> r0,
        ref Vector128<short> r1,
        ref Vector128<short> r2,
        ref Vector128<short> r3,
        ref Vector128<short> r4,
        ref Vector128<short> r5,
        ref Vector128<short> r6,
        ref Vector128<short> r7
    )
    {
        Vector128<short> a = r0,
            b = r1,
            c = r2,
            d = r3;
        r0 = ZipLow(a, r4);
        r1 = ZipHigh(a, r4);
        r2 = ZipLow(b, r5);
        r3 = ZipHigh(b, r5);
        Vector128<short> e = r6,
            f = r7;
        r4 = ZipLow(c, e);
        r5 = ZipHigh(c, e);
        r6 = ZipLow(d, f);
        r7 = ZipHigh(d, f);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<short> ZipLow(Vector128<short> a, Vector128<short> b)
    {
        if (Sse2.IsSupported)
            return Sse2.UnpackLow(a, b);
        if (AdvSimd.Arm64.IsSupported)
            return AdvSimd.Arm64.ZipLow(a, b);
        return Vector128.Create(a[0], b[0], a[1], b[1], a[2], b[2], a[3], b[3]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<short> ZipHigh(Vector128<short> a, Vector128<short> b)
    {
        if (Sse2.IsSupported)
            return Sse2.UnpackHigh(a, b);
        if (AdvSimd.Arm64.IsSupported)
            return AdvSimd.Arm64.ZipHigh(a, b);
        return Vector128.Create(a[4], b[4], a[5], b[5], a[6], b[6], a[7], b[7]);
    }
}
