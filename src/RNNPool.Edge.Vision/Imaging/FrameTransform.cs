using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RNNPool.Edge.Vision.Frames;

namespace RNNPool.Edge.Vision.Imaging;

/// <summary>
/// Rotates, mirrors and crops the frames of a camera, in this order. Everything after it, such as detection, zones and snapshots, uses the
/// coordinates of the result. Allocates nothing per frame. Not thread-safe.
/// </summary>
/// <param name="rotation">Clockwise rotation in degrees: 0, 90, 180 or 270.</param>
/// <param name="mirror">Whether left and right are exchanged after the rotation.</param>
/// <param name="crop">The part of the rotated and mirrored picture that is kept.</param>
/// <param name="pool">Provides the results.</param>
public sealed class FrameTransform(int rotation, bool mirror, CropArea crop, FramePool pool)
{
    /// <summary>Whether a rotation is one of the possible ones.</summary>
    public static bool IsRotation(int degrees) => degrees is 0 or 90 or 180 or 270;

    /// <summary>Whether frames stay as they are.</summary>
    public bool IsIdentity => rotation == 0 && !mirror && crop == CropArea.Whole;

    /// <summary>Whether width and height are exchanged.</summary>
    public bool IsQuarterTurn => rotation is 90 or 270;

    /// <summary>Transforms a frame.</summary>
    /// <param name="source">The frame, which the method disposes unless it returns it.</param>
    /// <returns>The result, which belongs to the caller: YUV 4:2:0 for packed YUV, else in the format of the source.</returns>
    public Frame Apply(Frame source)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (IsIdentity)
            return source;
        using (source)
        {
            bool subsampled = source.Format is PixelFormat.Yuyv or PixelFormat.Nv12 or PixelFormat.I420;
            Area area = Locate(source.Width, source.Height, subsampled ? 2 : 1);
            PixelFormat format = source.Format == PixelFormat.Yuyv ? PixelFormat.I420 : source.Format;
            Frame target = pool.Rent(area.Width, area.Height, format);
            target.Sequence = source.Sequence;
            target.Time = source.Time;
            Copy(source, target, area);
            return target;
        }
    }

    private void Copy(Frame source, Frame target, Area area)
    {
        switch (source.Format)
        {
            case PixelFormat.Rgb24 or PixelFormat.Bgr24:
                Copy<Pixel24>(source.Data, new Plane(0, 3, source.Stride, source.Width, source.Height), target.Data, area);
                return;
            case PixelFormat.Rgba32 or PixelFormat.Bgra32:
                Copy<uint>(source.Data, new Plane(0, 4, source.Stride, source.Width, source.Height), target.Data, area);
                return;
            default:
                int pixel = source.Format == PixelFormat.Yuyv ? 2 : 1;
                Copy<byte>(source.Data, new Plane(0, pixel, source.Stride, source.Width, source.Height), target.Data, area);
                CopyChroma(source, target, area);
                return;
        }
    }

    // Chroma has half the size in both directions; areas of such formats have even positions.
    private void CopyChroma(Frame source, Frame target, Area area)
    {
        (int width, int height) = ((source.Width + 1) / 2, (source.Height + 1) / 2);
        var half = new Area(area.X / 2, area.Y / 2, (area.Width + 1) / 2, (area.Height + 1) / 2);
        Span<byte> chroma = target.Data[(target.Stride * target.Height)..];
        int luma = source.Stride * source.Height;
        switch (source.Format)
        {
            case PixelFormat.Nv12:
                Copy<ushort>(source.Data, new Plane(luma, 2, (source.Stride + 1) / 2 * 2, width, height), chroma, half);
                break;
            case PixelFormat.I420:
                int stride = (source.Stride + 1) / 2;
                Copy<byte>(source.Data, new Plane(luma, 1, stride, width, height), chroma, half);
                Copy<byte>(
                    source.Data,
                    new Plane(luma + (stride * height), 1, stride, width, height),
                    chroma[(half.Width * half.Height)..],
                    half
                );
                break;
            case PixelFormat.Yuyv:
                Copy<byte>(source.Data, new Plane(1, 4, 2 * source.Stride, width, height), chroma, half);
                Copy<byte>(source.Data, new Plane(3, 4, 2 * source.Stride, width, height), chroma[(half.Width * half.Height)..], half);
                break;
            default:
                break;
        }
    }

    private void Copy<T>(ReadOnlySpan<byte> source, in Plane plane, Span<byte> target, Area area)
        where T : unmanaged
    {
        // The position of a pixel is linear in its position in the result.
        int origin = Position(plane, area.X, area.Y),
            across = area.Width > 1 ? Position(plane, area.X + 1, area.Y) - origin : 0,
            down = area.Height > 1 ? Position(plane, area.X, area.Y + 1) - origin : 0;
        int size = Unsafe.SizeOf<T>();
        Span<T> pixels = MemoryMarshal.Cast<byte, T>(target[..(area.Width * area.Height * size)]);
        for (int y = 0; y < area.Height; y++)
        {
            Span<T> row = pixels.Slice(y * area.Width, area.Width);
            int at = origin + (y * down);
            if (across == size)
            {
                MemoryMarshal.Cast<byte, T>(source.Slice(at, area.Width * size)).CopyTo(row);
                continue;
            }

            for (int x = 0; x < row.Length; x++, at += across)
                row[x] = MemoryMarshal.Read<T>(source[at..]);
        }
    }

    // Position in the source of a pixel of the rotated and mirrored plane.
    private int Position(in Plane plane, int x, int y)
    {
        if (mirror)
            x = (IsQuarterTurn ? plane.Height : plane.Width) - 1 - x;
        (int sourceX, int sourceY) = rotation switch
        {
            90 => (y, plane.Height - 1 - x),
            180 => (plane.Width - 1 - x, plane.Height - 1 - y),
            270 => (plane.Width - 1 - y, x),
            _ => (x, y),
        };
        return plane.Offset + (sourceY * plane.Stride) + (sourceX * plane.Pixel);
    }

    private Area Locate(int width, int height, int unit)
    {
        if (IsQuarterTurn)
            (width, height) = (height, width);
        (int x, int right) = Edges(crop.X, crop.Width, width, unit);
        (int y, int bottom) = Edges(crop.Y, crop.Height, height, unit);
        return new Area(x, y, right - x, bottom - y);
    }

    private static (int First, int End) Edges(double start, double length, int total, int unit)
    {
        int first = Math.Clamp((int)Math.Round(start * total) / unit * unit, 0, Math.Max(0, (total - 1) / unit * unit));
        int end = (int)Math.Round((start + length) * total);
        end = Math.Min((end + unit - 1) / unit * unit, total);
        return (first, Math.Max(end, first + 1));
    }

    private readonly record struct Area(int X, int Y, int Width, int Height);

    private readonly record struct Plane(int Offset, int Pixel, int Stride, int Width, int Height);

    [InlineArray(3)]
    private struct Pixel24
    {
        private byte _first;
    }
}
