namespace RNNPool.Edge.Models.Interpreter;

/// <summary>Classification of a picture: the likeliest class except the first, which means that there is no object.</summary>
/// <param name="Label">Index of the class, at least 1.</param>
/// <param name="Score">Sigmoid of its logit less the largest of the others, 65536ths: with two classes its probability.</param>
public readonly record struct PackageClassification(int Label, ushort Score)
{
    /// <summary>Computes the classification from the outputs of a dense layer, exactly as the firmware does.</summary>
    /// <param name="logits">One per class, at least two.</param>
    /// <param name="fractionBits">Their fraction bits, 4 to 12.</param>
    public static PackageClassification Compute(ReadOnlySpan<short> logits, int fractionBits)
    {
        int best = 1,
            other = logits[0];
        for (int i = 2; i < logits.Length; i++)
        {
            if (logits[i] > logits[best])
                (best, other) = (i, Math.Max(other, logits[best]));
            else
                other = Math.Max(other, logits[i]);
        }

        return new PackageClassification(best, DetectionDecoder.Score(logits[best] - other, fractionBits));
    }
}
