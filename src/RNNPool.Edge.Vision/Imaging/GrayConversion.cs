using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using RNNPool.Edge.Vision.Frames;

namespace RNNPool.Edge.Vision.Imaging;

/// <summary>
/// Rows of any pixel format as 8-bit grey: BT.601's Y = (77 R + 150 G + 29 B + 128) / 256 for colour, and Y as it is for YUV.
/// </summary>
public static class GrayConversion
{
    private const int RedWeight = 77;
    private const int GreenWeight = 150;
    private const int BlueWeight = 29;

    /// <summary>Converts a whole frame.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="target">Its grey pixels, tightly packed: width * height bytes.</param>
    /// <exception cref="ArgumentException"><paramref name="target"/> is too short.</exception>
    public static void Convert(Frame frame, Span<byte> target)
    {
        ArgumentNullException.ThrowIfNull(frame);
        if (target.Length < (long)frame.Width * frame.Height)
            throw new ArgumentException("The target is shorter than the frame's pixels.", nameof(target));
        for (int y = 0; y < frame.Height; y++)
            ConvertRow(frame.Data[(y * frame.Stride)..], frame.Format, target.Slice(y * frame.Width, frame.Width));
    }

    /// <summary>Converts one row.</summary>
    /// <param name="row">The row's bytes (of the first plane).</param>
    /// <param name="format">Their layout.</param>
    /// <param name="target">One byte per pixel; its length is the number of pixels.</param>
    /// <exception cref="ArgumentException"><paramref name="row"/> has fewer pixels than <paramref name="target"/>.</exception>
    public static void ConvertRow(ReadOnlySpan<byte> row, PixelFormat format, Span<byte> target)
    {
        int bytes = PixelFormats.RowBytes(format, target.Length);
        if (row.Length < bytes)
            throw new ArgumentException("The row is shorter than the target's pixels.", nameof(row));
        row = row[..bytes];
        switch (format)
        {
            case PixelFormat.Gray8 or PixelFormat.Nv12 or PixelFormat.I420:
                row.CopyTo(target);
                break;
            case PixelFormat.Rgba32:
                FromFourBytes(row, RedWeight, BlueWeight, target);
                break;
            case PixelFormat.Bgra32:
                FromFourBytes(row, BlueWeight, RedWeight, target);
                break;
            case PixelFormat.Rgb24:
                FromThreeBytes(row, RedWeight, BlueWeight, target);
                break;
            case PixelFormat.Bgr24:
                FromThreeBytes(row, BlueWeight, RedWeight, target);
                break;
            case PixelFormat.Yuyv:
                FromYuyv(row, target);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(format), format, "Unknown pixel format.");
        }
    }

    private static void FromFourBytes(ReadOnlySpan<byte> row, int first, int third, Span<byte> target)
    {
        int x = 0;
        if (Vector128.IsHardwareAccelerated)
        {
            ref byte source = ref MemoryMarshal.GetReference(row);
            ref byte gray = ref MemoryMarshal.GetReference(target);
            Vector128<ushort> outer = OuterWeights(first, third),
                middle = MiddleWeights();
            for (; x + 16 <= target.Length; x += 16)
            {
                Vector128<uint> a = Luma(Vector128.LoadUnsafe(ref source, (nuint)(4 * x)), outer, middle);
                Vector128<uint> b = Luma(Vector128.LoadUnsafe(ref source, (nuint)((4 * x) + 16)), outer, middle);
                Vector128<uint> c = Luma(Vector128.LoadUnsafe(ref source, (nuint)((4 * x) + 32)), outer, middle);
                Vector128<uint> d = Luma(Vector128.LoadUnsafe(ref source, (nuint)((4 * x) + 48)), outer, middle);
                Vector128.Narrow(Vector128.Narrow(a, b), Vector128.Narrow(c, d)).StoreUnsafe(ref gray, (nuint)x);
            }
        }

        for (; x < target.Length; x++)
            target[x] = Luma(row[4 * x], row[(4 * x) + 1], row[(4 * x) + 2], first, third);
    }

    private static void FromThreeBytes(ReadOnlySpan<byte> row, int first, int third, Span<byte> target)
    {
        int x = 0;
        if (Vector128.IsHardwareAccelerated)
        {
            ref byte source = ref MemoryMarshal.GetReference(row);
            ref byte gray = ref MemoryMarshal.GetReference(target);
            Vector128<ushort> outer = OuterWeights(first, third),
                middle = MiddleWeights();

            // Four pixels are 12 bytes but 16 are loaded, so the last load of a step must end inside the row.
            for (; (3 * x) + 52 <= row.Length; x += 16)
            {
                Vector128<uint> a = Luma(Spread(Vector128.LoadUnsafe(ref source, (nuint)(3 * x))), outer, middle);
                Vector128<uint> b = Luma(Spread(Vector128.LoadUnsafe(ref source, (nuint)((3 * x) + 12))), outer, middle);
                Vector128<uint> c = Luma(Spread(Vector128.LoadUnsafe(ref source, (nuint)((3 * x) + 24))), outer, middle);
                Vector128<uint> d = Luma(Spread(Vector128.LoadUnsafe(ref source, (nuint)((3 * x) + 36))), outer, middle);
                Vector128.Narrow(Vector128.Narrow(a, b), Vector128.Narrow(c, d)).StoreUnsafe(ref gray, (nuint)x);
            }
        }

        for (; x < target.Length; x++)
            target[x] = Luma(row[3 * x], row[(3 * x) + 1], row[(3 * x) + 2], first, third);
    }

    private static void FromYuyv(ReadOnlySpan<byte> row, Span<byte> target)
    {
        int x = 0;
        if (Vector128.IsHardwareAccelerated)
        {
            ref ushort source = ref MemoryMarshal.GetReference(MemoryMarshal.Cast<byte, ushort>(row));
            ref byte gray = ref MemoryMarshal.GetReference(target);
            Vector128<ushort> luma = Vector128.Create((ushort)0x00FF);
            for (; x + 16 <= target.Length; x += 16)
            {
                Vector128<ushort> a = Vector128.LoadUnsafe(ref source, (nuint)x) & luma,
                    b = Vector128.LoadUnsafe(ref source, (nuint)(x + 8)) & luma;
                Vector128.Narrow(a, b).StoreUnsafe(ref gray, (nuint)x);
            }
        }

        for (; x < target.Length; x++)
            target[x] = row[2 * x];
    }

    private static Vector128<ushort> OuterWeights(int first, int third) => Vector128.Create((uint)(first | (third << 16))).AsUInt16();

    private static Vector128<ushort> MiddleWeights() => Vector128.Create((uint)GreenWeight).AsUInt16();

    // Four pixels of three bytes to four of four; the fourth byte has weight 0.
    private static Vector128<byte> Spread(Vector128<byte> packed) =>
        Vector128.Shuffle(packed, Vector128.Create((byte)0, 1, 2, 0, 3, 4, 5, 0, 6, 7, 8, 0, 9, 10, 11, 0));

    // Bytes 0 and 2 of a pixel are the halves of a 32-bit lane, so one 16-bit multiplication weighs both; so are 1 and 3.
    private static Vector128<uint> Luma(Vector128<byte> pixels, Vector128<ushort> outer, Vector128<ushort> middle)
    {
        Vector128<uint> low = Vector128.Create(0x00FF00FFu),
            lane = pixels.AsUInt32();
        Vector128<uint> products = ((lane & low).AsUInt16() * outer).AsUInt32();
        Vector128<uint> green = (((lane >> 8) & low).AsUInt16() * middle).AsUInt32();
        return ((products & Vector128.Create(0xFFFFu)) + (products >> 16) + green + Vector128.Create(128u)) >> 8;
    }

    private static byte Luma(byte first, byte second, byte third, int firstWeight, int thirdWeight) =>
        (byte)(((firstWeight * first) + (GreenWeight * second) + (thirdWeight * third) + 128) >> 8);
}
