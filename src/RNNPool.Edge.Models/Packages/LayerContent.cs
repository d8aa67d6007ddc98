namespace RNNPool.Edge.Models.Packages;

/// <summary>A layer to be written: its record, and its numbers in natural order and without padding.</summary>
public sealed record LayerContent(LayerRecord Record)
{
    /// <summary>
    /// Weights: CONV3X3 and HEAD [output][kernel row][kernel column][channel], POINTWISE and DENSE [output][channel],
    /// DEPTHWISE3X3 [channel][kernel row][kernel column]; -127 to 127.
    /// </summary>
    public IReadOnlyList<int> Weights { get; init; } = [];

    /// <summary>Bias of every output; of an average pool one.</summary>
    public IReadOnlyList<int> Biases { get; init; } = [];

    /// <summary>Multiplier of every output; of an average pool one.</summary>
    public IReadOnlyList<int> Multipliers { get; init; } = [];

    /// <summary>Anchors of a head, sizes in 1/16 pixel.</summary>
    public IReadOnlyList<PackageAnchor> Anchors { get; init; } = [];

    /// <summary>RNN1 of RNNPool.</summary>
    public RnnContent? Rnn1 { get; init; }

    /// <summary>RNN2 of RNNPool.</summary>
    public RnnContent? Rnn2 { get; init; }
}

/// <summary>An anchor of a head.</summary>
/// <param name="Width">Width in 1/16 input pixel, 16 to 32767.</param>
/// <param name="Height">Height in 1/16 input pixel, 16 to 32767.</param>
/// <param name="Backgrounds">Background outputs, 1 to 16.</param>
public readonly record struct PackageAnchor(int Width, int Height, int Backgrounds);

/// <summary>The integers of a FastGRNN cell.</summary>
/// <param name="W">Row-major, states by inputs.</param>
/// <param name="Biases">b1 of RNN1; empty for RNN2.</param>
/// <param name="U">Row-major, states by states.</param>
/// <param name="Bz">Gate bias plus one, Q13.</param>
/// <param name="Bh">Candidate bias, Q13.</param>
public sealed record RnnContent(
    IReadOnlyList<short> W,
    IReadOnlyList<int> Biases,
    IReadOnlyList<short> U,
    IReadOnlyList<short> Bz,
    IReadOnlyList<short> Bh
);
