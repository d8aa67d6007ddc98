using RNNPool.Edge.Models.Engine.Vectors;

namespace RNNPool.Edge.Models.Engine.Kernels;

/// <summary>Means over a map.</summary>
internal static unsafe class AveragePoolKernel<TOps, TMap, V>
    where TOps : struct, IVectorOps<V>
    where TMap : struct, IMapOps<V>
    where V : unmanaged
{
    /// <param name="input">The map's first cell.</param>
    /// <param name="layout">The map.</param>
    /// <param name="output">The means, as elements of a map.</param>
    /// <param name="pitch">Channels of the output with those that fill it up.</param>
    /// <param name="parameters">The bias, the multiplier.</param>
    /// <param name="offset">What is added before the means are stored.</param>
    public static void Run(byte* input, in MapLayout layout, byte* output, int pitch, (int Bias, int Multiplier) parameters, int offset)
    {
        V m = TOps.Broadcast(parameters.Multiplier);
        int channel = 0;
        do
        {
            int first = Math.Max(0, Math.Min(channel, pitch - TOps.Lanes));
            V sums = TOps.Broadcast(parameters.Bias);
            byte* row = input + ((nint)first * layout.ElementBytes);
            for (int y = 0; y < layout.Shape.Height; y++, row += layout.RowBytes)
            {
                byte* cell = row;
                for (int x = 0; x < layout.Shape.Width; x++, cell += layout.CellBytes)
                    sums = TOps.Add(sums, TMap.LoadInts(cell));
            }

            TMap.StoreInts(output + ((nint)first * layout.ElementBytes), TOps.Add(TOps.MulHi(sums, m, m), TOps.Broadcast(offset)));
            channel += TOps.Lanes;
        } while (channel < pitch);
    }
}
