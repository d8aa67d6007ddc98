using System.Runtime.InteropServices;
using RNNPool.Edge.Models.Packages;

namespace RNNPool.Edge.Models.Engine;

/// <summary>A map in memory, cell by cell, with a border where a 3x3 kernel reads it.</summary>
/// <param name="Shape">The map.</param>
/// <param name="Pitch">Elements from cell to cell: the channels, filled up so that vectors of outputs end with a cell.</param>
/// <param name="Border">Cells around the map.</param>
/// <param name="ElementBytes">Bytes of an element.</param>
internal readonly record struct MapLayout(MapShape Shape, int Pitch, int Border, int ElementBytes)
{
    /// <summary>Every number of channels is filled up to a multiple of this one.</summary>
    public const int ChannelMultiple = 8;

    /// <summary>A vector may be stored over the end of a map, and one may be loaded from behind it.</summary>
    public const int Slack = 128;

    public int CellBytes => Pitch * ElementBytes;

    public int RowBytes => (Shape.Width + (2 * Border)) * CellBytes;

    /// <summary>Offset of the first cell inside the border.</summary>
    public int Origin => Border * (RowBytes + CellBytes);

    public int Bytes => ((Shape.Height + (2 * Border)) * RowBytes) + Slack;

    public static int Fill(int channels) => (channels + ChannelMultiple - 1) / ChannelMultiple * ChannelMultiple;

    /// <summary>Writes an element, as it is stored, over the whole border.</summary>
    public void FillBorder(Span<byte> map, int value)
    {
        if (Border == 0)
            return;
        int side = CellBytes,
            row = RowBytes;
        FillCells(map[..(row + side)], value);
        for (int y = 1; y <= Shape.Height; y++)
            FillCells(map.Slice(((y + 1) * row) - side, 2 * side), value);
        FillCells(map.Slice(((Shape.Height + 1) * row) + side, row - side), value);
    }

    private void FillCells(Span<byte> cells, int value)
    {
        if (ElementBytes == 1)
            cells.Fill((byte)value);
        else
            MemoryMarshal.Cast<byte, short>(cells).Fill((short)value);
    }
}
