using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using RNNPool.Edge.Models.Engine.Vectors;

namespace RNNPool.Edge.Models.Engine.Kernels;

/// <summary>Final states of RNN2 as elements of a map: sat8((h + 32) >> 6).</summary>
internal static unsafe class StateOutput
{
    private const int Block = 8;

    /// <param name="states">The states, one row for each, with one column for each patch.</param>
    /// <param name="pitch">Words of a row.</param>
    /// <param name="count">Number of states.</param>
    /// <param name="patches">Number of patches.</param>
    /// <param name="output">First channel of the first patch.</param>
    /// <param name="step">Bytes between two patches.</param>
    /// <param name="element">How the map stores elements.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Write(short* states, int pitch, int count, int patches, byte* output, nint step, MapElement element)
    {
        if (count % Block != 0)
        {
            for (int patch = 0; patch < patches; patch++, output += step)
            {
                for (int n = 0; n < count; n++)
                    StoreOne(output, n, Math.Min((states[(n * pitch) + patch] + 32) >> 6, sbyte.MaxValue), element);
            }

            return;
        }

        short* block = stackalloc short[Block * Block];
        int* rows = stackalloc int[Block];
        for (int i = 0; i < Block; i++)
            rows[i] = i * pitch;
        for (int first = 0; first < patches; first += Block)
        {
            int columns = Math.Min(Block, patches - first);
            for (int n = 0; n < count; n += Block)
            {
                Transpose.Gather(states + (n * pitch) + first, rows, block, Block);
                for (int i = 0; i < columns; i++)
                {
                    Vector128<short> values = (Vector128.Load(block + (Block * i)) + Vector128.Create((short)32)) >> 6;
                    values = Vector128.Min(values, Vector128.Create((short)sbyte.MaxValue));
                    StoreEight(output + ((first + i) * step), n, values, element);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreEight(byte* cell, int channel, Vector128<short> values, MapElement element)
    {
        if (element == MapElement.Word)
        {
            values.Store((short*)cell + channel);
            return;
        }

        Vector64<sbyte> bytes = Vector128.Narrow(values, values).GetLower();
        if (element == MapElement.UnsignedByte)
            bytes ^= Vector64.Create(sbyte.MinValue);
        bytes.Store((sbyte*)cell + channel);
    }

    private static void StoreOne(byte* cell, int channel, int value, MapElement element)
    {
        switch (element)
        {
            case MapElement.Word:
                ((short*)cell)[channel] = (short)value;
                break;
            case MapElement.SignedByte:
                ((sbyte*)cell)[channel] = (sbyte)value;
                break;
            default:
                cell[channel] = (byte)(value + 128);
                break;
        }
    }
}
