using RNNPool.Edge.Models.Packages;
using Xunit;

namespace RNNPool.Edge.Models.Tests.Packages;

public sealed class ArenaPlanTests
{
    [Fact]
    public void A_chain_is_counted_as_the_document_says()
    {
        LayerRecord[] layers =
        [
            Stem(new MapShape(32, 24, 1), new MapShape(16, 12, 6)),
            Layer(LayerOperation.Depthwise3x3, new MapShape(16, 12, 6), new MapShape(16, 12, 6)),
            Layer(LayerOperation.Pointwise, new MapShape(16, 12, 6), new MapShape(16, 12, 8)),
            Head(new MapShape(16, 12, 8)),
        ];

        // Streamed stem: a row of r4(1 * 33 + 4) = 40, scratch 8 * 12 = 96 and two rows. Streamed block: ring 3 * r4(6 * 17 + 4) = 324,
        // rounded to 328, scratch 8 * 8.
        // Map of the block 8 * 16 * 12 = 1536. Head: ring 3 * r4(8 * 17 + 4) = 420 -> 424, scratch 8 * 72 + 8 * 6, candidates 16 * 10.
        ArenaPlan plan = ArenaPlan.Compute(layers, 10);
        long streamed = 1536 + 40 + 328 + 96 + 80,
            head = 1536 + 424 + 576 + 48 + 160;
        Assert.Equal(Math.Max(streamed, head), plan.Bytes);
        Assert.True(streamed < head);
        // The head determines the arena in any case, so the minimum number of layers is streamed.
        Assert.Equal([true, false, false], plan.Steps.Select(step => step.Streamed));
    }

    [Fact]
    public void Large_maps_in_front_of_a_pool_are_never_stored()
    {
        LayerRecord[] layers =
        [
            Stem(new MapShape(160, 120, 1), new MapShape(80, 60, 8)),
            Pool(new MapShape(80, 60, 8), new MapShape(20, 15, 32), 8),
            Head(new MapShape(20, 15, 32)),
        ];
        ArenaPlan plan = ArenaPlan.Compute(layers, 10);
        Assert.Equal([true, true, false], plan.Steps.Select(step => step.Streamed));
        long ring = 168,
            row = 8 * 80, // 320 bytes of ends are too few to hold it
            map = 32 * 20 * 15;
        long pool = (2 * 2 * 80 * 8) + (2 * 8 * 20 * 8) + (2 * 2 * 8) + 16 + 16;
        long scratch = Math.Max(96 + (2 * 168), 16 + Math.Max(32 + 256 + 64, 128));

        // The pool writes the map. While its last row is written, one of two phases of column states is free: the map reaches into it.
        Assert.Equal(map + ring + row + pool + scratch - (32 * 20), plan.Bytes);
    }

    [Fact]
    public void Rows_between_a_pool_and_its_neighbours_lie_in_its_state()
    {
        LayerRecord[] layers =
        [
            Stem(new MapShape(320, 240, 1), new MapShape(160, 120, 8)),
            Pool(new MapShape(160, 120, 8), new MapShape(40, 30, 64), 16),
            Layer(LayerOperation.Depthwise3x3, new MapShape(40, 30, 64), new MapShape(40, 30, 64)),
            Layer(LayerOperation.Pointwise, new MapShape(40, 30, 64), new MapShape(40, 30, 24)),
            Head(new MapShape(40, 30, 24)),
        ];
        ArenaPlan plan = ArenaPlan.Compute(layers, 10);
        Assert.Equal([true, true, true, false], plan.Steps.Select(step => step.Streamed));

        // The row of the stem takes as much as the ends of its sweeps: 8 * 160 = 2 * 16 * 40. The pool's row fits a phase of 5,120 bytes.
        // Three rows of the map are written when a phase is free: those behind 27, which 28 rows of the pool suffice for.
        long phase = 2 * 160 * 16,
            map = 24 * 40 * 30,
            overlap = 24 * 40 * 3;
        long stem = 328,
            pool = (2 * phase) + (2 * 8 * 40 * 16) + (2 * 2 * 16) + 32 + 32,
            block = 2 * 2628;
        Assert.Equal(map - overlap + stem + pool + block + 96 + (2 * 328), plan.Bytes);
        Assert.Equal([328, pool, block], plan.Steps.Take(3).Select(step => step.State));
    }

    [Fact]
    public void A_map_that_grows_lies_below_the_one_it_is_made_from()
    {
        LayerRecord[] layers =
        [
            Stem(new MapShape(16, 16, 1), new MapShape(8, 8, 4)),
            Layer(LayerOperation.Depthwise3x3, new MapShape(8, 8, 4), new MapShape(8, 8, 4)),
            Layer(LayerOperation.Pointwise, new MapShape(8, 8, 4), new MapShape(8, 8, 4)) with
            {
                ResidualOf = 1,
            },
            Layer(LayerOperation.Pointwise, new MapShape(8, 8, 4), new MapShape(8, 8, 16)),
            Head(new MapShape(8, 8, 16)),
        ];
        ArenaPlan plan = ArenaPlan.Compute(layers, 1);
        Assert.Equal([true, false, false, false], plan.Steps.Select(step => step.Streamed)); // a residual is never streamed
        ArenaStep wide = plan.Steps[2];
        Assert.Equal(8 * 8 * 16, wide.Maps); // rows of 32 become rows of 128: the input lies 768 above the output's start
        Assert.Equal(0, wide.State);
    }

    private static LayerRecord Stem(MapShape input, MapShape output) => Layer(LayerOperation.Conv3x3, input, output) with { Stride = 2 };

    private static LayerRecord Pool(MapShape input, MapShape output, int hidden) =>
        Layer(LayerOperation.RnnPool, input, output) with
        {
            Patch = 8,
            Stride = 4,
            Hidden1 = hidden,
            Hidden2 = hidden,
        };

    private static LayerRecord Head(MapShape input) =>
        Layer(LayerOperation.Head, input, input with { Channels = 6 }) with
        {
            ClassOutputs = 2,
            CellAnchors = 1,
        };

    private static LayerRecord Layer(LayerOperation operation, MapShape input, MapShape output) =>
        new()
        {
            Name = operation.ToString(),
            Operation = operation,
            Input = input,
            Output = output,
        };
}
