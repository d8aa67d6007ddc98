namespace RNNPool.Edge.Models.Quantization;

/// <summary>Method that chooses the range of an activation tensor from the calibration.</summary>
public enum RangeChoice
{
    /// <summary>From the smallest to the largest value.</summary>
    MinMax,

    /// <summary>The range with the least mean squared error: rounding inside against clipping outside.</summary>
    MeanSquare,
}

/// <summary>Options of the quantizer.</summary>
public sealed record QuantizerOptions
{
    /// <summary>How activation ranges are chosen. Default: least mean squared error.</summary>
    public RangeChoice Ranges { get; init; } = RangeChoice.MeanSquare;

    /// <summary>
    /// Whether biases take up the mean error that rounding the weights leaves (Nagel et al., ICCV 2019, section 4.2). Default: yes.
    /// </summary>
    public bool CorrectBiases { get; init; } = true;

    /// <summary>
    /// Most candidates that a device keeps before suppression, 1 to 256. Default 256, because every face of a crowd gives several
    /// candidates, and the list needs no extra memory where the maps determine the arena.
    /// </summary>
    public int MaxCandidates { get; init; } = 256;
}
