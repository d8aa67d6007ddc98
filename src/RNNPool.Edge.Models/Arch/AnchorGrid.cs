namespace RNNPool.Edge.Models.Arch;

/// <summary>One anchor box, by centre and size in input pixels.</summary>
public readonly record struct Anchor(float CenterX, float CenterY, float Width, float Height);

/// <summary>
/// All anchors of a detector, in the order of its outputs: heads in layer order, then y, then x, then the anchors of a cell.
/// The centre of cell (x, y) is ((x + 0.5) * stride, (y + 0.5) * stride) in input pixels.
/// </summary>
public sealed class AnchorGrid
{
    /// <summary>Most anchors of a network.</summary>
    public const int MaxAnchors = 1 << 20;

    private readonly Anchor[] _anchors;

    private AnchorGrid(Anchor[] anchors) => _anchors = anchors;

    /// <summary>How many anchors there are.</summary>
    public int Count => _anchors.Length;

    /// <summary>The anchors.</summary>
    public ReadOnlySpan<Anchor> Anchors => _anchors;

    internal static AnchorGrid Compute(NetworkArchitecture network)
    {
        long total = 0;
        for (int i = 0; i < network.Layers.Count; i++)
        {
            if (network.Layers[i] is not HeadLayer head)
                continue;
            LayerAnalysis map = network.Analysis.Layers[i];
            total += (long)map.Width * map.Height * head.Anchors.Count;
            if (total > MaxAnchors)
                throw new ShapeException(i, $"brings the network over {MaxAnchors} anchors");
        }

        var anchors = new Anchor[total];
        int next = 0;
        foreach (LayerAnalysis map in network.Analysis.Layers)
        {
            if (map.Layer is not HeadLayer head)
                continue;
            for (int y = 0; y < map.Height; y++)
            {
                for (int x = 0; x < map.Width; x++)
                {
                    foreach (AnchorShape shape in head.Anchors)
                        anchors[next++] = new Anchor(
                            (float)((x + 0.5) * map.PixelStride),
                            (float)((y + 0.5) * map.PixelStride),
                            shape.Width,
                            shape.Height
                        );
                }
            }
        }

        return new AnchorGrid(anchors);
    }
}
