using static RNNPool.Edge.Models.Packages.PackageFormat;

namespace RNNPool.Edge.Models.Packages;

/// <summary>A stage of the streaming engine and its memory in the arena while it runs.</summary>
/// <param name="Name">Name of its last layer.</param>
/// <param name="Streamed">Whether it runs while rows of the picture arrive; all streamed stages are in memory together.</param>
/// <param name="Maps">
/// Bytes of stored maps: what is read and what is written overlap, and so may the map behind the streamed stages and their state.
/// </param>
/// <param name="State">Bytes of line buffers and RNN states.</param>
/// <param name="Scratch">Bytes of unpacked inputs; streamed stages share the largest.</param>
/// <param name="Candidates">Bytes of the list of candidates.</param>
public sealed record ArenaStep(string Name, bool Streamed, long Maps, long State, long Scratch, long Candidates)
{
    /// <summary>Sum of all parts.</summary>
    public long Bytes => Maps + State + Scratch + Candidates;
}

/// <summary>Working memory of the firmware's streaming engine for a package, as docs/model-format.md derives it.</summary>
public sealed partial class ArenaPlan
{
    private const int MaxStreamed = 6,
        CandidateBytes = 16,
        Tile = 16; // pixels of a row that lie together in the state of an RNNPool

    // Limits of the firmware's planner, with which its 32-bit sums cannot overflow.
    private const long MaxMapBytes = 1 << 24,
        MaxMapsBytes = 8 * MaxMapBytes,
        MaxStates = MaxMapBytes / 64;

    private ArenaPlan(long bytes, IReadOnlyList<ArenaStep> steps) => (Bytes, Steps) = (bytes, steps);

    /// <summary>Bytes of the arena.</summary>
    public long Bytes { get; }

    /// <summary>
    /// The streamed stages, then the others, in the order in which they run. The map of the streamed stages is counted with the last of
    /// them.
    /// </summary>
    public IReadOnlyList<ArenaStep> Steps { get; }

    /// <summary>Plans the arena of a chain of layers.</summary>
    /// <exception cref="ModelException">The first layers cannot be computed while rows arrive, or maps are too large.</exception>
    public static ArenaPlan Compute(IReadOnlyList<LayerRecord> layers, int maxCandidates)
    {
        ArgumentNullException.ThrowIfNull(layers);
        CheckLimits(layers);
        List<Stage> stages = Stage.Group(layers);
        long[] bases = new long[stages.Count + 1];
        for (int i = stages.Count - 1; i >= 0; i--)
            bases[i] = bases[i + 1] + stages[i].Shift;
        int candidates = CandidateBytes * maxCandidates;

        ArenaStep Stored(int i)
        {
            Stage stage = stages[i];
            long maps = Math.Max(bases[i] + stage.InputMap, bases[i + 1] + stage.OutputMap);
            return new ArenaStep(stage.Last.Name, false, Align8(maps), stage.State, stage.Scratch, candidates);
        }

        ArenaPlan? best = null;
        for (int streamed = 1; streamed <= Math.Min(MaxStreamed, stages.Count) && stages[streamed - 1].Streams; streamed++)
        {
            var steps = new List<ArenaStep>();
            for (int i = 0; i < streamed; i++)
            {
                long map =
                    i == streamed - 1 ? Align8(bases[streamed] + stages[i].OutputMap) - Overlap(stages, streamed, bases[streamed]) : 0;
                StreamMemory memory = StreamMemory.For(stages[i], i > 0 ? stages[i - 1] : null, i + 1 < streamed ? stages[i + 1] : null);
                steps.Add(new ArenaStep(stages[i].Last.Name, true, map, memory.State + memory.InputRow, memory.Scratch, 0));
            }

            long bytes = steps.Sum(step => step.Maps + step.State) + steps.Max(step => step.Scratch);
            for (int i = streamed; i < stages.Count; i++)
            {
                steps.Add(Stored(i));
                bytes = Math.Max(bytes, steps[^1].Bytes);
            }

            if (best is null || Align8(bytes) < best.Bytes)
                best = new ArenaPlan(Align8(bytes), steps);
        }

        return best
            ?? throw new ModelException(
                $"The layer '{layers[0].Name}' cannot be computed while rows of the picture arrive, "
                    + "and the engine never holds a whole picture."
            );
    }

    /// <summary>Plans the arena of a package.</summary>
    public static ArenaPlan Compute(ModelPackage package)
    {
        ArgumentNullException.ThrowIfNull(package);
        return Compute([.. package.Layers.Select(layer => layer.Record)], package.Header.MaxCandidates);
    }

    private static void CheckLimits(IReadOnlyList<LayerRecord> layers)
    {
        long total = 0;
        foreach (LayerRecord layer in layers)
        {
            long input = (long)Stage.MapRow(layer.Input) * layer.Input.Height;
            long output = (long)Stage.MapRow(layer.Output) * layer.Output.Height;
            long states =
                layer.Operation == LayerOperation.RnnPool ? 2L * PatchHeight(layer) * (layer.Input.Width + layer.Output.Width) : 0;
            total += output;
            if (input > MaxMapBytes || output > MaxMapBytes || total > MaxMapsBytes || states > MaxStates)
                throw new ModelException(
                    $"The maps at the layer '{layer.Name}' are too large: one has at most {MaxMapBytes} bytes, all have {MaxMapsBytes}."
                );
        }
    }

    private static int PatchHeight(LayerRecord layer) => layer.Patch > 0 ? layer.Patch : layer.Input.Height;

    // The map's last rows are written when the column states of earlier rows of windows are no longer in use, and the map may reach into
    // them. With `left` rows of windows to come, as many phases are in use, and one that lends the row that was written last.
    private static long Overlap(List<Stage> stages, int streamed, long mapBase)
    {
        int at = stages.FindIndex(0, streamed, stage => stage.Pool is not null);
        if (at < 0)
            return 0;
        PoolMemory pool = stages[at].Pool!;
        Stage last = stages[streamed - 1];
        bool writesMap = at == streamed - 1;
        long lent = writesMap ? 0 : StreamMemory.For(stages[at + 1], stages[at], null).Lent,
            end = Align8(mapBase + last.OutputMap),
            overlap = end;
        int height = stages[at].Last.Output.Height;
        for (int left = 0; left <= Math.Min(pool.Phases, height); left++)
        {
            int rows = height - left;
            for (int i = at + 1; i < streamed; i++)
                rows = stages[i].RowsFrom(rows);
            long unused = left < pool.Phases ? ((pool.Phases - 1 - left) * pool.PhaseBytes) + (writesMap ? 0 : pool.PhaseBytes - lent) : 0;
            overlap = Math.Min(overlap, end - mapBase - (rows * last.OutputRow) + unused);
        }

        return overlap & -8;
    }

    private static long Align8(long bytes) => (bytes + 7) & -8;

    /// <summary>Layers that run together: an inverted residual (expansion, depthwise, projection), or one layer.</summary>
    private sealed class Stage(LayerRecord first, LayerRecord? depthwise, LayerRecord last)
    {
        public LayerRecord Last => last;

        public bool Streams => last.Operation is not (LayerOperation.Head or LayerOperation.Dense) && last.ResidualOf is null;

        public LayerRecord First => first;

        /// <summary>Set where the stage is an RNNPool.</summary>
        public PoolMemory? Pool { get; } = first.Operation == LayerOperation.RnnPool ? new PoolMemory(first) : null;

        /// <summary>A 3x3 convolution, or a depthwise one without an expansion: its input lies in line buffers.</summary>
        public bool ReadsRing => first.Operation is LayerOperation.Conv3x3 or LayerOperation.Head or LayerOperation.Depthwise3x3;

        /// <summary>Bytes of a row of the line buffers.</summary>
        public int RingRow => RingRowOf(depthwise?.Input ?? first.Input);

        public int RingStride => depthwise?.Stride ?? first.Stride;

        public long OutputRow => MapRow(last.Output);

        public long InputMap => (long)MapRow(first.Input) * first.Input.Height;

        public long OutputMap => KeepsNoMap ? 0 : (long)MapRow(last.Output) * last.Output.Height;

        /// <summary>By how much the output lies below the input, so that it never overwrites rows that are still to be read.</summary>
        public long Shift
        {
            get
            {
                long shift = 0;
                for (int row = 0; !KeepsNoMap && row < last.Output.Height; row++)
                    shift = Math.Max(shift, ((long)MapRow(last.Output) * (row + 1)) - ((long)MapRow(first.Input) * RowsNeeded(row)));
                return shift;
            }
        }

        public long State
        {
            get
            {
                if (depthwise is not null)
                    return Align8(3 * RingRow);
                return first.Operation switch
                {
                    LayerOperation.Conv3x3 or LayerOperation.Head => Align8(3 * RingRow),
                    LayerOperation.AveragePool => Align8(4 * first.Input.Channels),
                    _ => Pool?.State ?? 0,
                };
            }
        }

        public long Scratch =>
            last.Operation switch
            {
                LayerOperation.Head or LayerOperation.Dense => Align8(8 * last.WeightElements) + Align8(8 * Pad2(last.Outputs)),
                LayerOperation.AveragePool => 0,
                LayerOperation.RnnPool => Pool!.Scratch(0, 0),
                _ => Align8(8 * Math.Max(last.WeightElements, first.WeightElements)),
            };

        private bool KeepsNoMap => last.Operation is LayerOperation.Head or LayerOperation.Dense;

        public static List<Stage> Group(IReadOnlyList<LayerRecord> layers)
        {
            var stages = new List<Stage>();
            for (int i = 0; i < layers.Count; )
            {
                bool expanded =
                    layers[i].Operation == LayerOperation.Pointwise
                    && i + 2 < layers.Count
                    && layers[i + 1].Operation == LayerOperation.Depthwise3x3
                    && layers[i + 2].ResidualOf != i + 1;
                bool depthwise = layers[i].Operation == LayerOperation.Depthwise3x3 && i + 1 < layers.Count;
                int count =
                    expanded ? 3
                    : depthwise ? 2
                    : 1;
                stages.Add(new Stage(layers[i], count == 1 ? null : layers[i + count - 2], layers[i + count - 1]));
                i += count;
            }

            return stages;
        }

        /// <summary>Output rows that the first <paramref name="inputRows"/> rows of the input suffice for.</summary>
        public int RowsFrom(int inputRows)
        {
            int count = 0;
            while (count < last.Output.Height && RowsNeeded(count) <= inputRows)
                count++;
            return count;
        }

        private int RowsNeeded(int row)
        {
            int needed = first.Operation switch
            {
                _ when depthwise is not null => (depthwise.Stride * row) + 2,
                LayerOperation.Conv3x3 => (first.Stride * row) + 2,
                LayerOperation.Pointwise => row + 1,
                LayerOperation.RnnPool when first.Patch > 0 => (row * first.Stride) + first.Patch - first.PatchPadding,
                _ => first.Input.Height,
            };
            return Math.Min(needed, first.Input.Height);
        }

        public static int MapRow(MapShape map) => map.Channels * Pad4(map.Width);

        private static int RingRowOf(MapShape map) => Pad4((map.Channels * (Pad4(map.Width) + 1)) + 4);
    }
}
