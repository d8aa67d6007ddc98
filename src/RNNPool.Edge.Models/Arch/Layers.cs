namespace RNNPool.Edge.Models.Arch;

/// <summary>The activation after a convolution and its (folded) batch norm.</summary>
public enum Activation
{
    /// <summary>min(max(x, 0), 6).</summary>
    Relu6,

    /// <summary>Linear.</summary>
    None,
}

/// <summary>The gates of a FastGRNN cell.</summary>
public enum GateKind
{
    /// <summary>Piecewise linear: clip((x + 1) / 2, 0, 1) and clip(x, -1, 1).</summary>
    Hard,

    /// <summary>Logistic sigmoid and tanh.</summary>
    Smooth,
}

/// <summary>One layer of the chain. Its input is the output of the layer before it; a head passes its input on unchanged.</summary>
/// <param name="Name">Prefix of its tensors in the weights file, unique in the network.</param>
public abstract record Layer(string Name);

/// <summary>
/// The map made smaller by bicubic interpolation on cell centres (Keys, IEEE Trans. ASSP 1981, a = -0.75; the border repeats).
/// It is the first layer of networks that accept larger pictures than they process.
/// </summary>
/// <param name="Name">Name, unique in the network; it has no tensors.</param>
/// <param name="Scale">Output cells per input cell in both directions, 0.25 to under 1; sizes are rounded down.</param>
public sealed record ResizeLayer(string Name, float Scale) : Layer(Name)
{
    /// <summary>Input cells along one side that an output cell is made of.</summary>
    public const int Taps = 4;
}

/// <summary>A dense convolution, zero-padded by kernel / 2, with batch norm folded in.</summary>
/// <param name="Name">Prefix of its tensors.</param>
/// <param name="Kernel">Side of the kernel in cells, odd.</param>
/// <param name="Channels">Output channels.</param>
/// <param name="Stride">Input cells per output cell, in both directions.</param>
/// <param name="Activation">Activation function of the output.</param>
public sealed record ConvLayer(string Name, int Kernel, int Channels, int Stride, Activation Activation) : Layer(Name);

/// <summary>
/// RNNPool over patches (Saha et al., NeurIPS 2020): FastGRNN sweeps along rows and columns of a patch, then over their
/// final states in both directions. The output has 4 * <paramref name="Hidden2"/> channels.
/// </summary>
/// <param name="Name">Prefix of its tensors.</param>
/// <param name="Patch">Side of a patch in cells; 0 means that one RNNPool summarises the whole map.</param>
/// <param name="Stride">Cells between patches.</param>
/// <param name="Hidden1">State size of RNN1, which runs over cells.</param>
/// <param name="Hidden2">State size of RNN2, which runs over final states.</param>
/// <param name="Gate">Gates of both cells.</param>
public sealed record RnnPoolLayer(string Name, int Patch, int Stride, int Hidden1, int Hidden2, GateKind Gate) : Layer(Name)
{
    /// <summary>Whether one RNNPool summarises the whole map.</summary>
    public bool IsGlobal => Patch == 0;

    /// <summary>Zeros added to every side of the input, in cells.</summary>
    public int Padding => IsGlobal ? 0 : (Patch - Stride) / 2;

    /// <summary>Output channels: final states of RNN2 for rows (down, up) and columns (rightwards, leftwards).</summary>
    public int Channels => 4 * Hidden2;
}

/// <summary>MobileNetV2's inverted residual, repeated: 1x1 expansion (none when 1), 3x3 depthwise, 1x1 linear projection.</summary>
/// <param name="Name">Prefix of its tensors.</param>
/// <param name="Expansion">Depthwise channels per input channel.</param>
/// <param name="Channels">Output channels.</param>
/// <param name="Repeats">How many blocks.</param>
/// <param name="Stride">Stride of the first block; the others have 1.</param>
public sealed record BottleneckLayer(string Name, int Expansion, int Channels, int Repeats, int Stride) : Layer(Name);

/// <summary>Depthwise 3x3 and pointwise convolution, repeated, each followed by ReLU6.</summary>
/// <param name="Name">Prefix of its tensors.</param>
/// <param name="Channels">Output channels.</param>
/// <param name="Repeats">How many blocks.</param>
/// <param name="Stride">Stride of the first block; the others have 1.</param>
public sealed record SeparableLayer(string Name, int Channels, int Repeats, int Stride) : Layer(Name);

/// <summary>A box that a detection head refines at every cell of its map.</summary>
/// <param name="Width">Width in input pixels.</param>
/// <param name="Height">Height in input pixels.</param>
/// <param name="Background">Background logits, of which the largest is kept (S3FD's max-out); 1 or more.</param>
public readonly record struct AnchorShape(float Width, float Height, int Background);

/// <summary>
/// A detection head: 3x3 convolutions to class logits (anchor by anchor: backgrounds, object) and to four box offsets per anchor.
/// </summary>
/// <param name="Name">Prefix of its tensors.</param>
/// <param name="Anchors">The anchors of every cell.</param>
/// <param name="L2NormScale">Initial scale of the L2 normalisation of its input; null when there is none.</param>
public sealed record HeadLayer(string Name, IReadOnlyList<AnchorShape> Anchors, float? L2NormScale) : Layer(Name);

/// <summary>Mean over the whole map.</summary>
/// <param name="Name">Name, unique in the network; it has no tensors.</param>
public sealed record AveragePoolLayer(string Name) : Layer(Name);

/// <summary>A linear layer on a 1x1 map.</summary>
/// <param name="Name">Prefix of its tensors.</param>
/// <param name="Channels">Output channels.</param>
public sealed record DenseLayer(string Name, int Channels) : Layer(Name);
