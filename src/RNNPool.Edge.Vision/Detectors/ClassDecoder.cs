using RNNPool.Edge.Models;
using RNNPool.Edge.Models.Arch;
using RNNPool.Edge.Vision.Geometry;

namespace RNNPool.Edge.Vision.Detectors;

/// <summary>
/// Turns a classifier's outputs into a detection all over the frame: the likeliest class but the first, which means that nothing
/// is there, when its score reaches the threshold. The score is the sigmoid of its logit less the largest of the others; with two
/// classes that is its probability.
/// </summary>
public sealed class ClassDecoder
{
    /// <summary>Lowest score of a classifier that is reported unless the settings say otherwise.</summary>
    public const float DefaultThreshold = 0.5f;

    private readonly int _classes;

    /// <param name="network">A classifier.</param>
    /// <param name="options">The threshold.</param>
    /// <exception cref="ModelException">The network is not a classifier.</exception>
    public ClassDecoder(NetworkArchitecture network, DetectorOptions options)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(options);
        if (network.Task != NetworkTask.Classification)
            throw new ModelException($"{network.Name} is a detector, and classes come from a classifier.");
        _classes = network.Labels.Count;
        ScoreThreshold = options.ScoreThreshold ?? DefaultThreshold;
    }

    /// <summary>Lowest score that is reported.</summary>
    public float ScoreThreshold { get; }

    /// <summary>Decodes the outputs for one frame.</summary>
    /// <param name="logits">One value per class.</param>
    /// <param name="width">Width of the frame in pixels.</param>
    /// <param name="height">Height of the frame in pixels.</param>
    /// <param name="results">Gets the detection after what it already holds.</param>
    /// <exception cref="ArgumentException">The outputs are not those of this network.</exception>
    public void Decode(ReadOnlySpan<float> logits, int width, int height, DetectionList results)
    {
        ArgumentNullException.ThrowIfNull(results);
        if (logits.Length != _classes)
            throw new ArgumentException($"There must be {_classes} logits, but there are {logits.Length}.", nameof(logits));
        int best = 1;
        float other = logits[0];
        for (int i = 2; i < logits.Length; i++)
        {
            if (logits[i] > logits[best])
                (best, other) = (i, MathF.Max(other, logits[best]));
            else
                other = MathF.Max(other, logits[i]);
        }

        float score = 1 / (1 + MathF.Exp(other - logits[best]));
        if (score >= ScoreThreshold)
            results.Add(WholeFrame(best - 1, score, width, height));
    }

    /// <summary>A detection all over a frame.</summary>
    /// <param name="label">Index into what can be found.</param>
    /// <param name="score">Probability, 0 to 1.</param>
    /// <param name="width">Width of the frame in pixels.</param>
    /// <param name="height">Height of the frame in pixels.</param>
    public static Detection WholeFrame(int label, float score, int width, int height) =>
        new(label, score, new BoundingBox(0, 0, width, height));
}
