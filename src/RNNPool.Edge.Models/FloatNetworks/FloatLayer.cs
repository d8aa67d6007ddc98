using RNNPool.Edge.Models.Arch;
using RNNPool.Edge.Models.Packages;

namespace RNNPool.Edge.Models.FloatNetworks;

/// <summary>
/// One operation of a network in float32, with the granularity of a package: an inverted residual is an expansion, a depthwise
/// and a projecting layer, and the two convolutions of a head are one.
/// </summary>
public sealed record FloatLayer
{
    /// <summary>Name: prefix of the tensors, such as <c>b2.1.expand</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Operation of the layer.</summary>
    public required LayerOperation Operation { get; init; }

    /// <summary>Whether ReLU6 follows.</summary>
    public bool Relu6 { get; init; }

    /// <summary>Index of the layer whose input is added; null without a residual.</summary>
    public int? ResidualOf { get; init; }

    /// <summary>Input cells per output cell.</summary>
    public int Stride { get; init; } = 1;

    /// <summary>Side of an RNNPool patch; 0 is the whole map.</summary>
    public int Patch { get; init; }

    /// <summary>The map that is read.</summary>
    public required MapShape Input { get; init; }

    /// <summary>The map that is written; of a head all its outputs.</summary>
    public required MapShape Output { get; init; }

    /// <summary>Weights in the order of <see cref="LayerContent.Weights"/>.</summary>
    public float[] Weights { get; init; } = [];

    /// <summary>Bias of every output.</summary>
    public float[] Biases { get; init; } = [];

    /// <summary>RNN1 of RNNPool.</summary>
    public FloatRnn? Rnn1 { get; init; }

    /// <summary>RNN2 of RNNPool.</summary>
    public FloatRnn? Rnn2 { get; init; }

    /// <summary>Anchors of a head.</summary>
    public IReadOnlyList<AnchorShape> Anchors { get; init; } = [];

    /// <summary>Class outputs of a head.</summary>
    public int ClassOutputs => Anchors.Sum(anchor => anchor.Background + 1);

    /// <summary>Weights of one output.</summary>
    public int WeightsPerOutput => Biases.Length == 0 ? 0 : Weights.Length / Biases.Length;
}

/// <summary>A FastGRNN cell: W is states by inputs, U states by states, both row-major.</summary>
public sealed record FloatRnn(float[] W, float[] U, float[] Bz, float[] Bh)
{
    /// <summary>Number of states.</summary>
    public int Size => Bz.Length;
}
