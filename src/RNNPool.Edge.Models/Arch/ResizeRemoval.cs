namespace RNNPool.Edge.Models.Arch;

/// <summary>Takes the resizing of the picture out of a network.</summary>
internal static class ResizeRemoval
{
    /// <summary>
    /// The same network without a resize layer at its beginning: its input is the resized picture, and its anchors have the pixels of that.
    /// A frame that is letterboxed to that input is resized once instead of twice.
    /// </summary>
    public static NetworkArchitecture WithoutResize(this NetworkArchitecture network)
    {
        if (network.Layers is not [ResizeLayer resize, ..])
            return network;
        LayerAnalysis resized = network.Analysis.Layers[0];
        return new NetworkArchitecture(
            network.Name,
            network.Task,
            network.Input with
            {
                Width = resized.Width,
                Height = resized.Height,
            },
            network.Labels,
            [.. network.Layers.Skip(1).Select(layer => layer is HeadLayer head ? Scale(head, resize.Scale) : layer)],
            network.Detection
        );
    }

    private static HeadLayer Scale(HeadLayer head, float scale) =>
        head with
        {
            Anchors = [.. head.Anchors.Select(anchor => anchor with { Width = anchor.Width * scale, Height = anchor.Height * scale })],
        };
}
