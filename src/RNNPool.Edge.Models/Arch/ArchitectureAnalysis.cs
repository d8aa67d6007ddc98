namespace RNNPool.Edge.Models.Arch;

/// <summary>A layer with its output map, its cost and the receptive field of its cells.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="InputWidth">Width of the map that reaches it, in cells.</param>
/// <param name="InputHeight">Height of that map.</param>
/// <param name="InputChannels">Channels of that map.</param>
/// <param name="Width">Width of the map it leaves, in cells; a head passes its input on.</param>
/// <param name="Height">Height of the map it leaves.</param>
/// <param name="Channels">Channels of the map it leaves.</param>
/// <param name="PixelStride">Input pixels from one cell to the next; whole unless the map was resized.</param>
/// <param name="ReceptiveField">Side of the square of input pixels that one cell depends on.</param>
/// <param name="MultiplyAdds">Multiplications by weights for one picture.</param>
/// <param name="Parameters">Weights and biases, batch norm folded.</param>
public sealed record LayerAnalysis(
    Layer Layer,
    int InputWidth,
    int InputHeight,
    int InputChannels,
    int Width,
    int Height,
    int Channels,
    double PixelStride,
    int ReceptiveField,
    long MultiplyAdds,
    long Parameters
);

/// <summary>
/// Follows the map through the chain: shapes, multiplications, parameters, receptive fields.
/// </summary>
/// <remarks>
/// MAdds count every multiplication by a weight, those with zero padding included, but not biases, gates and residual additions.
/// RNNPool is counted as it is computed here, with what its definition shares: W x once per cell, a sweep once for all patches
/// that contain it, RNN2's W p once per sweep.
/// </remarks>
public sealed class ArchitectureAnalysis
{
    // Bounds the memory and the iterations that a hostile description can cause in later stages.
    private const long MaxMapValues = 1L << 28;
    private const long MaxParameters = 1L << 28;

    private ArchitectureAnalysis(IReadOnlyList<LayerAnalysis> layers) => Layers = layers;

    /// <summary>Layer by layer.</summary>
    public IReadOnlyList<LayerAnalysis> Layers { get; }

    /// <summary>Multiplications by weights for one picture.</summary>
    public long MultiplyAdds => Layers.Sum(l => l.MultiplyAdds);

    /// <summary>Weights and biases, batch norm folded.</summary>
    public long Parameters => Layers.Sum(l => l.Parameters);

    /// <summary>Side of the square of input pixels that a cell of the last layer depends on.</summary>
    public int ReceptiveField => Layers[^1].ReceptiveField;

    internal static ArchitectureAnalysis Compute(NetworkArchitecture network)
    {
        var cursor = new Cursor(network.Input);
        var layers = new List<LayerAnalysis>(network.Layers.Count);
        for (int i = 0; i < network.Layers.Count; i++)
        {
            Cursor before = cursor;
            (long madds, long parameters) = Follow(network.Layers[i], i, ref cursor);
            if ((long)cursor.Width * cursor.Height * cursor.Channels > MaxMapValues)
                throw new ShapeException(i, $"leaves a map of {cursor}, over {MaxMapValues} values");
            layers.Add(
                new LayerAnalysis(
                    network.Layers[i],
                    before.Width,
                    before.Height,
                    before.Channels,
                    cursor.Width,
                    cursor.Height,
                    cursor.Channels,
                    cursor.Stride,
                    (int)Math.Ceiling(cursor.Field),
                    madds,
                    parameters
                )
            );
            if (layers.Sum(l => l.Parameters) > MaxParameters)
                throw new ShapeException(i, $"brings the network over {MaxParameters} parameters");
        }

        return new ArchitectureAnalysis(layers);
    }

    private static (long MultiplyAdds, long Parameters) Follow(Layer layer, int index, ref Cursor map)
    {
        int c = map.Channels;
        switch (layer)
        {
            case ResizeLayer resize:
                map.Resize(resize.Scale);
                if (map.Cells == 0)
                    throw new ShapeException(index, "leaves nothing of the map");
                return (map.Cells * c * ResizeLayer.Taps * ResizeLayer.Taps, 0);
            case ConvLayer conv:
                map.Convolve(conv.Kernel, conv.Stride);
                map.Channels = conv.Channels;
                long kernel = (long)conv.Kernel * conv.Kernel * c * conv.Channels;
                return (map.Cells * kernel, kernel + conv.Channels);
            case RnnPoolLayer pool:
                return Follow(pool, index, ref map);
            case BottleneckLayer bottleneck:
                return FollowBlocks(bottleneck.Channels, bottleneck.Repeats, bottleneck.Stride, bottleneck.Expansion, ref map);
            case SeparableLayer separable:
                return FollowBlocks(separable.Channels, separable.Repeats, separable.Stride, 1, ref map);
            case HeadLayer head:
                long outputs = head.Anchors.Sum(a => a.Background + 1 + 4);
                return (map.Cells * c * 9 * outputs, (c * 9 * outputs) + outputs + (head.L2NormScale is null ? 0 : c));
            case AveragePoolLayer:
                map.Collapse();
                return (0, 0);
            case DenseLayer dense:
                if (map.Cells != 1)
                    throw new ShapeException(
                        index,
                        $"is dense and needs a 1x1 map, but {map} reaches it; put averagepool or a global rnnpool before it"
                    );
                map.Channels = dense.Channels;
                return ((long)c * dense.Channels, ((long)c * dense.Channels) + dense.Channels);
            default:
                throw new InvalidOperationException($"No analysis for {layer.GetType().Name}.");
        }
    }

    private static (long MultiplyAdds, long Parameters) Follow(RnnPoolLayer pool, int index, ref Cursor map)
    {
        long h1 = pool.Hidden1,
            h2 = pool.Hidden2,
            c = map.Channels;
        long rows = map.Height + (2 * pool.Padding),
            columns = map.Width + (2 * pool.Padding);
        if (pool.Patch > rows || pool.Patch > columns)
            throw new ShapeException(index, $"has a patch of {pool.Patch}, larger than the padded map of {columns}x{rows} that reaches it");
        long cells = map.Cells;
        long alongRow = pool.IsGlobal ? columns : pool.Patch,
            downColumn = pool.IsGlobal ? rows : pool.Patch;
        if (pool.IsGlobal)
            map.Collapse();
        else
            map.Pool(pool.Patch, pool.Stride, pool.Padding);
        map.Channels = pool.Channels;

        long rowSweeps = rows * map.Width,
            columnSweeps = columns * map.Height;
        long madds =
            (cells * c * h1)
            + (((rowSweeps * alongRow) + (columnSweeps * downColumn)) * h1 * h1)
            + ((rowSweeps + columnSweeps) * h1 * h2)
            + (2 * map.Cells * (downColumn + alongRow) * h2 * h2);
        return (madds, (h1 * (c + h1 + 2)) + (h2 * (h1 + h2 + 2)));
    }

    private static (long MultiplyAdds, long Parameters) FollowBlocks(int channels, int repeats, int stride, int expansion, ref Cursor map)
    {
        long madds = 0,
            parameters = 0;
        for (int r = 0; r < repeats; r++)
        {
            long inputs = map.Channels,
                wide = inputs * expansion;
            if (expansion > 1)
            {
                madds += map.Cells * inputs * wide;
                parameters += (inputs * wide) + wide;
            }

            map.Convolve(3, r == 0 ? stride : 1);
            map.Channels = channels;
            madds += map.Cells * wide * (9 + channels);
            parameters += (wide * 10) + (wide * channels) + channels;
        }

        return (madds, parameters);
    }

    private struct Cursor(InputSpec input)
    {
        public int Width = input.Width,
            Height = input.Height,
            Channels = input.Channels;
        public double Stride = 1,
            Field = 1;

        public readonly long Cells => (long)Width * Height;

        public void Resize(float scale)
        {
            Width = (int)(Width * scale);
            Height = (int)(Height * scale);
            Field = Clamp(Field + ((ResizeLayer.Taps - 1) * Stride));
            Stride = Clamp(Stride / scale);
        }

        public void Convolve(int kernel, int stride) => Pool(kernel, stride, kernel / 2);

        public void Pool(int window, int stride, int padding)
        {
            Width = ((Width + (2 * padding) - window) / stride) + 1;
            Height = ((Height + (2 * padding) - window) / stride) + 1;
            Field = Clamp(Field + ((window - 1) * Stride));
            Stride = Clamp(Stride * stride);
        }

        public void Collapse()
        {
            int side = Math.Max(Width, Height);
            Field = Clamp(Field + ((side - 1) * Stride));
            Stride = Clamp(Stride * side);
            Width = Height = 1;
        }

        public override readonly string ToString() => $"{Width}x{Height}x{Channels}";

        // Sixteen strided layers would leave the range of an int; a receptive field beyond a million pixels has no meaning.
        private static double Clamp(double value) => Math.Min(value, 1 << 20);
    }
}
