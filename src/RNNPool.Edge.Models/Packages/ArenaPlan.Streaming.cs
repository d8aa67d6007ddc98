using static RNNPool.Edge.Models.Packages.PackageFormat;

namespace RNNPool.Edge.Models.Packages;

public sealed partial class ArenaPlan
{
    /// <summary>Memory of a streamed stage.</summary>
    /// <param name="State">Bytes that it keeps between rows.</param>
    /// <param name="InputRow">Bytes of its own for the row that the stage before writes.</param>
    /// <param name="Scratch">Bytes that it needs while it takes or produces a row; the stages share them.</param>
    /// <param name="Lent">Bytes of the row that lie in the states of the RNNPool before it instead; 0: none.</param>
    private sealed record StreamMemory(long State, long InputRow, long Scratch, long Lent)
    {
        public static StreamMemory For(Stage stage, Stage? before, Stage? behind)
        {
            long state = stage.State,
                scratch = stage.Scratch;
            bool held = stage.Pool is { HoldsRow: true };
            if (stage.Pool is { } pool && behind is not null && LentBytes(behind, stage) is > 0 and long bytes)
                scratch = pool.Scratch(bytes, Pad4(stage.Last.Output.Width) + (behind.ReadsRing ? 1 : 0));
            long lent = held ? 0 : LentBytes(stage, before);
            if (!stage.ReadsRing)
                return new StreamMemory(state, held || lent > 0 ? 0 : Align8(MapRow(stage.First.Input)), scratch, lent);

            // Of the three rows, the last ones of the first stage are needed only until an output row has been computed.
            int late = lent > 0 ? 1 : 0;
            if (before is null)
            {
                late = stage.RingStride == 2 ? 2 : 1;
                scratch += Align8(late * stage.RingRow);
            }

            return new StreamMemory(Align8((3 - late) * stage.RingRow), 0, scratch, lent);
        }

        private static long LentBytes(Stage stage, Stage? before)
        {
            if (before?.Pool is not { } pool)
                return 0;
            long bytes = Align8(stage.ReadsRing ? stage.RingRow : MapRow(stage.First.Input));
            return bytes <= pool.PhaseBytes ? bytes : 0;
        }

        private static int MapRow(MapShape map) => Stage.MapRow(map);
    }

    /// <summary>Memory of an RNNPool.</summary>
    private sealed class PoolMemory(LayerRecord layer)
    {
        private readonly bool _whole = layer.Patch == 0;

        /// <summary>Rows of windows that are open at a time.</summary>
        public int Phases => _whole ? 1 : (layer.Patch + layer.Stride - 1) / layer.Stride;

        /// <summary>Bytes of the column states of a row of windows.</summary>
        public long PhaseBytes => Align8(2 * layer.Input.Width * Wide);

        public long State =>
            (Phases * PhaseBytes)
            + Align8(2 * Down * layer.Output.Width * layer.Hidden2)
            + Align8(2 * layer.PatchPadding * layer.Hidden1)
            + Align8(2 * layer.Hidden2)
            + Align8(2 * Wide);

        /// <summary>
        /// Whether the input row can lie in tiles where its sweeps end: the end of a sweep never reaches beyond the tile of its last pixel.
        /// </summary>
        public bool HoldsRow
        {
            get
            {
                int tile = Tile * layer.Input.Channels,
                    end = 2 * layer.Hidden2;
                if ((layer.Input.Width + Tile - 1) / Tile * tile > end * layer.Output.Width)
                    return false;
                for (int window = 0; window < layer.Output.Width; window++)
                    if (end * (window + 1) > tile * (((EndOf(window) - 1) / Tile) + 1))
                        return false;
                return true;
            }
        }

        private int Wide => Math.Max(layer.Hidden1, layer.Hidden2);

        private int Across => _whole ? layer.Input.Width : layer.Patch;

        private int Down => _whole ? layer.Input.Height : layer.Patch;

        /// <summary>Scratch, with an output row of <paramref name="lent"/> bytes in the column states, or 0.</summary>
        /// <param name="lent">Bytes of the output row.</param>
        /// <param name="plane">Bytes between its channels.</param>
        public long Scratch(long lent, long plane)
        {
            int h1 = layer.Hidden1,
                h2 = layer.Hidden2,
                waiting = 0;
            if (lent > 0)
            {
                // Outputs on the right wait, in blocks of four windows, while columns in their place are still to be read.
                long intact = (PhaseBytes - lent + (2 * h2 * plane)) / (2 * Wide);
                for (int window = layer.Output.Width - 1; window >= 0 && EndOf(window) > intact; window = (window / 4 * 4) - 1)
                    waiting++;
            }

            long taking = Align8(2 * Phases * h1) + Align8(2 * Tile * h1) + Align8(8 * Pad4(layer.Input.Channels)),
                producing = Align8(2 * Math.Max(Across, Down) * h2) + Align8(8 * h2 * waiting);
            return Align8(2 * Wide) + Math.Max(taking, producing);
        }

        // The first column behind those of a window and the ones before it.
        private int EndOf(int window) => Math.Min((window * (_whole ? 1 : layer.Stride)) + Across - layer.PatchPadding, layer.Input.Width);
    }
}
