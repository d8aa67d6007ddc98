using RNNPool.Edge.Models.Arch;
using RNNPool.Edge.Models.Tests.Vectors;
using Xunit;

namespace RNNPool.Edge.Models.Tests.Arch;

public sealed class ArchitectureAnalysisTests
{
    [Fact]
    public void Shapes_strides_and_fields_follow_the_chain()
    {
        NetworkArchitecture network = ArchJson.Parse(ArchJson.Detector());
        Assert.Equal(
            [(32, 24, 4, 2, 3), (8, 6, 20, 8, 17), (8, 6, 20, 8, 49), (8, 6, 20, 8, 49), (4, 3, 24, 16, 65), (4, 3, 24, 16, 65)],
            network.Analysis.Layers.Select(l => (l.Width, l.Height, l.Channels, l.PixelStride, l.ReceptiveField))
        );
        Assert.Equal(65, network.Analysis.ReceptiveField);

        // Patch 6, stride 4 pads by 1: (16 + 2 - 6) / 4 + 1 = 4.
        network = ArchJson.Parse(ArchJson.Classifier());
        Assert.Equal([(16, 16, 4), (4, 4, 16), (1, 1, 8), (1, 1, 2)], network.Analysis.Layers.Select(l => (l.Width, l.Height, l.Channels)));
    }

    [Fact]
    public void Behind_a_resize_strides_are_in_pixels_of_the_input()
    {
        // 64x48 to 48x36, then as ever: stride 2, stride 4 over patches of 8.
        NetworkArchitecture network = ArchJson.Parse(ArchJson.Shrinking(0.75));
        Assert.Equal(
            [(48, 36, 1, 1 / 0.75, 4), (24, 18, 4, 2 / 0.75, 7), (6, 4, 20, 8 / 0.75, 26)],
            network.Analysis.Layers.Take(3).Select(l => (l.Width, l.Height, l.Channels, l.PixelStride, l.ReceptiveField))
        );
        Assert.Equal((48 * 36 * 16, 0), (network.Analysis.Layers[0].MultiplyAdds, network.Analysis.Layers[0].Parameters));
        Anchor second = network.Anchors.Anchors[2];
        Assert.Equal((16f, 16f / 3, 9f), (second.CenterX, second.CenterY, second.Width), (a, b) =>
            Math.Abs(a.Item1 - b.Item1) + Math.Abs(a.Item2 - b.Item2) + Math.Abs(a.Item3 - b.Item3) < 1e-4
        );
    }

    [Fact]
    public void Convolutions_are_counted_by_their_loops()
    {
        ArchitectureAnalysis analysis = ArchJson.Parse(ArchJson.Detector()).Analysis;
        Assert.Equal((32 * 24 * 4 * 9, (4 * 9) + 4), (analysis.Layers[0].MultiplyAdds, analysis.Layers[0].Parameters));

        // 20 -> 40 -> depthwise -> 20, twice.
        const int block = (20 * 40) + (40 * 9) + (40 * 20);
        Assert.Equal((2 * 48 * block, 2 * (block + 40 + 40 + 20)), (analysis.Layers[2].MultiplyAdds, analysis.Layers[2].Parameters));

        // Class logits 3 + 1 and 1 + 1, offsets 2 * 4.
        Assert.Equal((48 * 20 * 9 * 14, (20 * 9 * 14) + 14), (analysis.Layers[3].MultiplyAdds, analysis.Layers[3].Parameters));
        Assert.Equal(
            (12 * ((20 * 9) + (20 * 24)), (20 * 10) + (20 * 24) + 24),
            (analysis.Layers[4].MultiplyAdds, analysis.Layers[4].Parameters)
        );
        Assert.Equal((24 * 9 * 6) + 6 + 24, analysis.Layers[5].Parameters);
        Assert.Equal(analysis.Layers.Sum(l => l.MultiplyAdds), analysis.MultiplyAdds);
    }

    [Fact]
    public void RNNPool_is_counted_by_walking_its_shared_sweeps()
    {
        // Padded map 36x28, 8x6 patches of 8: every row has a sweep per patch column, every column one per patch row.
        long wx = 32 * 24 * 4 * 6,
            sweeps = 0,
            states = 0;
        for (int row = 0; row < 28; row++)
        {
            for (int patch = 0; patch < 8; patch++)
                (sweeps, states) = (sweeps + (8 * 6 * 6), states + (6 * 5));
        }

        for (int column = 0; column < 36; column++)
        {
            for (int patch = 0; patch < 6; patch++)
                (sweeps, states) = (sweeps + (8 * 6 * 6), states + (6 * 5));
        }

        long second = 8 * 6 * 4 * (8 * 5 * 5);
        LayerAnalysis pool = ArchJson.Parse(ArchJson.Detector()).Analysis.Layers[1];
        Assert.Equal(wx + sweeps + states + second, pool.MultiplyAdds);
        Assert.Equal((6 * 4) + (6 * 6) + 12 + (5 * 6) + (5 * 5) + 10, pool.Parameters);
    }

    [Fact]
    public void The_shipped_detector_costs_what_its_trainer_counted()
    {
        // Figures of the training package's own count, which shares no code with this one.
        NetworkArchitecture network = NetworkArchitecture.Load(
            Path.Combine(VectorFolder.Root, "..", "..", "models", "face-qvga", "arch.json")
        );
        LayerAnalysis pool = network.Analysis.Layers[1];
        Assert.Equal((40, 30, 64, 35_051_520L, 960L), (pool.Width, pool.Height, pool.Channels, pool.MultiplyAdds, pool.Parameters));
        Assert.InRange(network.Analysis.MultiplyAdds, 70_000_000, 90_000_000);
    }

    [Fact]
    public void Anchors_are_in_the_order_of_the_outputs()
    {
        AnchorGrid grid = ArchJson.Parse(ArchJson.Detector()).Anchors;
        Assert.Equal((8 * 6 * 2) + (4 * 3), grid.Count);
        Assert.Equal(new Anchor(4, 4, 9, 11), grid.Anchors[0]);
        Assert.Equal(new Anchor(4, 4, 18, 22), grid.Anchors[1]);
        Assert.Equal(new Anchor(12, 4, 9, 11), grid.Anchors[2]);
        Assert.Equal(new Anchor(4, 12, 9, 11), grid.Anchors[16]);
        Assert.Equal(new Anchor(60, 44, 18, 22), grid.Anchors[95]);
        Assert.Equal(new Anchor(8, 8, 32, 40), grid.Anchors[96]);
        Assert.Equal(new Anchor(56, 40, 32, 40), grid.Anchors[107]);
    }
}
