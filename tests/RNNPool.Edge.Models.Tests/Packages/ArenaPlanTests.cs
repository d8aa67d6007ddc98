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
            Layer(LayerOperation.Conv3x3, new MapShape(32, 24, 1), new MapShape(16, 12, 6)) with
            {
                Stride = 2,
            },
            Layer(LayerOperation.Depthwise3x3, new MapShape(16, 12, 6), new MapShape(16, 12, 6)),
            Layer(LayerOperation.Pointwise, new MapShape(16, 12, 6), new MapShape(16, 12, 8)),
            Layer(LayerOperation.Head, new MapShape(16, 12, 8), new MapShape(16, 12, 6)) with
            {
                ClassOutputs = 2,
                CellAnchors = 1,
            },
        ];

        // Streamed stem: ring 3 * r4(1 * 33 + 4) = 120, scratch 8 * 12 = 96. Streamed block: ring 3 * r4(6 * 17 + 4) = 324 -> 328, scratch
        // 8 * 8.
        // Map of the block 8 * 16 * 12 = 1536. Head: ring 3 * r4(8 * 17 + 4) = 420 -> 424, scratch 8 * 72 + 8 * 6, candidates 16 * 10.
        ArenaPlan plan = ArenaPlan.Compute(layers, 10);
        long streamed = 1536 + 120 + 328 + 96,
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
            Layer(LayerOperation.Conv3x3, new MapShape(160, 120, 1), new MapShape(80, 60, 8)) with
            {
                Stride = 2,
            },
            Layer(LayerOperation.RnnPool, new MapShape(80, 60, 8), new MapShape(20, 15, 32)) with
            {
                Patch = 8,
                Stride = 4,
                Hidden1 = 8,
                Hidden2 = 8,
            },
            Layer(LayerOperation.Head, new MapShape(20, 15, 32), new MapShape(20, 15, 6)) with
            {
                ClassOutputs = 2,
                CellAnchors = 1,
            },
        ];
        ArenaPlan plan = ArenaPlan.Compute(layers, 10);
        Assert.Equal([true, true, false], plan.Steps.Select(step => step.Streamed));
        long ring = 3 * 168,
            row = 8 * 80,
            map = 32 * 20 * 15;
        long pool = (2 * 2 * 80 * 8) + (2 * 8 * 20 * 8) + (2 * 2 * 8) + (2 * 2 * 8) + 16 + (2 * 16 * 8) + (2 * 8 * 8) + 32;

        // From 59 of 60 rows come 14 of 15: needed are at most 60 rows for the last (14 * 4 + 8 - 2), 58 for the one before. The last may
        // reach into the ring and the row.
        long late = 32 * 20,
            dead = ring + row;
        Assert.Equal(map + ring + row + pool + 96 - Math.Min(late, dead), plan.Bytes);
    }

    [Fact]
    public void A_map_that_grows_lies_below_the_one_it_is_made_from()
    {
        LayerRecord[] layers =
        [
            Layer(LayerOperation.Conv3x3, new MapShape(16, 16, 1), new MapShape(8, 8, 4)) with
            {
                Stride = 2,
            },
            Layer(LayerOperation.Depthwise3x3, new MapShape(8, 8, 4), new MapShape(8, 8, 4)),
            Layer(LayerOperation.Pointwise, new MapShape(8, 8, 4), new MapShape(8, 8, 4)) with
            {
                ResidualOf = 1,
            },
            Layer(LayerOperation.Pointwise, new MapShape(8, 8, 4), new MapShape(8, 8, 16)),
            Layer(LayerOperation.Head, new MapShape(8, 8, 16), new MapShape(8, 8, 6)) with
            {
                ClassOutputs = 2,
                CellAnchors = 1,
            },
        ];
        ArenaPlan plan = ArenaPlan.Compute(layers, 1);
        Assert.Equal([true, false, false, false], plan.Steps.Select(step => step.Streamed)); // a residual is never streamed
        ArenaStep wide = plan.Steps[2];
        Assert.Equal(8 * 8 * 16, wide.Maps); // rows of 32 become rows of 128: the input lies 768 above the output's start
        Assert.Equal(0, wide.State);
    }

    private static LayerRecord Layer(LayerOperation operation, MapShape input, MapShape output) =>
        new()
        {
            Name = operation.ToString(),
            Operation = operation,
            Input = input,
            Output = output,
        };
}
