using System.Numerics;
using System.Runtime.InteropServices;
using RNNPool.Edge.Models.Engine.Vectors;

namespace RNNPool.Edge.Models.Engine;

/// <summary>Stores the pixels of a picture, less 128, as elements of a map.</summary>
internal static class PictureLoader
{
    public static void Load(ReadOnlySpan<byte> picture, Span<byte> map, in MapLayout layout, MapElement element)
    {
        int row = layout.Shape.Width * layout.Shape.Channels;
        for (int y = 0; y < layout.Shape.Height; y++)
        {
            ReadOnlySpan<byte> source = picture.Slice(y * row, row);
            Span<byte> target = map.Slice(layout.Origin + (y * layout.RowBytes), row * layout.ElementBytes);
            if (element == MapElement.UnsignedByte)
                source.CopyTo(target);
            else if (element == MapElement.SignedByte)
                ToSignedBytes(source, target);
            else
                ToWords(source, MemoryMarshal.Cast<byte, short>(target));
        }
    }

    private static void ToSignedBytes(ReadOnlySpan<byte> source, Span<byte> target)
    {
        int i = 0;
        for (; i <= source.Length - Vector<byte>.Count; i += Vector<byte>.Count)
            (new Vector<byte>(source[i..]) ^ new Vector<byte>(0x80)).CopyTo(target[i..]);
        for (; i < source.Length; i++)
            target[i] = (byte)(source[i] ^ 0x80);
    }

    private static void ToWords(ReadOnlySpan<byte> source, Span<short> target)
    {
        int i = 0;
        for (; i <= source.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            Vector.Widen(new Vector<byte>(source[i..]), out Vector<ushort> low, out Vector<ushort> high);
            (Vector.AsVectorInt16(low) - new Vector<short>(128)).CopyTo(target[i..]);
            (Vector.AsVectorInt16(high) - new Vector<short>(128)).CopyTo(target[(i + Vector<short>.Count)..]);
        }

        for (; i < source.Length; i++)
            target[i] = (short)(source[i] - 128);
    }
}
