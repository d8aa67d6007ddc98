using System.Buffers.Binary;

namespace RNNPool.Edge.Link.Framing;

/// <summary>CRC-32 of IEEE 802.3 (reflected, polynomial 0x04C11DB7, start and final exclusive-or all ones).</summary>
public static class Crc32
{
    private const uint Polynomial = 0xEDB88320;
    private const int Slices = 8;

    // Eight tables, so that eight bytes are taken at once (Kounavis and Berry, "A Systematic Approach to Building High
    // Performance Software-Based CRC Generators", 2005).
    private static readonly uint[] s_tables = CreateTables();

    /// <summary>Returns the check of <paramref name="bytes"/>, continuing from <paramref name="crc"/>.</summary>
    public static uint Compute(ReadOnlySpan<byte> bytes, uint crc = 0)
    {
        uint[] t = s_tables;
        crc = ~crc;
        while (bytes.Length >= Slices)
        {
            uint low = crc ^ BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            uint high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            crc =
                t[(7 * 256) + (low & 0xFF)]
                ^ t[(6 * 256) + ((low >> 8) & 0xFF)]
                ^ t[(5 * 256) + ((low >> 16) & 0xFF)]
                ^ t[(4 * 256) + (low >> 24)]
                ^ t[(3 * 256) + (high & 0xFF)]
                ^ t[(2 * 256) + ((high >> 8) & 0xFF)]
                ^ t[256 + ((high >> 16) & 0xFF)]
                ^ t[high >> 24];
            bytes = bytes[Slices..];
        }

        foreach (byte value in bytes)
            crc = (crc >> 8) ^ t[(crc ^ value) & 0xFF];
        return ~crc;
    }

    private static uint[] CreateTables()
    {
        uint[] tables = new uint[Slices * 256];
        for (uint i = 0; i < 256; i++)
        {
            uint value = i;
            for (int bit = 0; bit < 8; bit++)
                value = (value >> 1) ^ ((value & 1) != 0 ? Polynomial : 0);
            tables[i] = value;
        }

        for (int i = 256; i < tables.Length; i++)
            tables[i] = (tables[i - 256] >> 8) ^ tables[tables[i - 256] & 0xFF];
        return tables;
    }
}
