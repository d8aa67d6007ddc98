using RNNPool.Edge.Models;
using RNNPool.Edge.Models.Arch;
using RNNPool.Edge.Vision.Geometry;

namespace RNNPool.Edge.Vision.Detectors;

/// <summary>
/// Converts a classifier's outputs to one detection of the whole frame: the likeliest class except the first, which means that there
/// is no object, if its score reaches the threshold. The score is the sigmoid of its logit minus the largest other logit; with two
/// classes this is the probability.
/// </summary>
public sealed class ClassDecoder
{
    /// <summary>Default minimum score of a classifier.</summary>
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

    /// <summary>Minimum score of a reported detection.</summary>
    public float ScoreThreshold { get; }

    /// <summary>Decodes the outputs for one frame.</summary>
    /// <param name="logits">One value per class.</param>
    /// <param name="width">Width of the frame in pixels.</param>
    /// <param name="height">Height of the frame in pixels.</param>
    /// <param name="results">Receives the detection after its present content.</param>
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

    /// <summary>A detection that covers the whole frame.</summary>
    /// <param name="label">Index into the labels.</param>
    /// <param name="score">Probability, 0 to 1.</param>
    /// <param name="width">Width of the frame in pixels.</param>
    /// <param name="height">Height of the frame in pixels.</param>
    public static Detection WholeFrame(int label, float score, int width, int height) =>
        new(label, score, new BoundingBox(0, 0, width, height));
}
