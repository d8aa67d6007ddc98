namespace RNNPool.Edge.Models.Packages;

/// <summary>What a layer of a package computes. The values are those of the file.</summary>
public enum LayerOperation : byte
{
    /// <summary>Full 3x3 convolution, zero-padded by one cell.</summary>
    Conv3x3 = 1,

    /// <summary>1x1 convolution, which may add a residual.</summary>
    Pointwise = 2,

    /// <summary>3x3 convolution of every channel with its own kernel, zero-padded by one cell.</summary>
    Depthwise3x3 = 3,

    /// <summary>RNNPool over patches, or over the whole map.</summary>
    RnnPool = 4,

    /// <summary>Detection head: one 3x3 convolution to class and box outputs. The layer behind it reads its input.</summary>
    Head = 5,

    /// <summary>Mean over the map.</summary>
    AveragePool = 6,

    /// <summary>Linear layer on a 1x1 map.</summary>
    Dense = 7,
}
