using System.Numerics;
using RNNPool.Edge.Models;
using RNNPool.Edge.Models.Arch;
using RNNPool.Edge.Vision.Geometry;
using RNNPool.Edge.Vision.Imaging;

namespace RNNPool.Edge.Vision.Detectors;

/// <summary>
/// Converts a detector's outputs to boxes: threshold, the best candidates, SSD box decoding against the anchors (Liu et al.,
/// ECCV 2016), non-maximum suppression, back to the frame's pixels. Not thread-safe; allocates nothing per frame.
/// </summary>
public sealed class BoxDecoder
{
    // A box of e^8 times its anchor exceeds any picture, and exp of much more overflows.
    private const float MaxLogScale = 8;

    private readonly AnchorGrid _anchors;
    private readonly DetectionSpec _spec;
    private readonly DetectorOptions _options;
    private readonly float _threshold;
    private readonly float _logitThreshold;
    private readonly int _maxDetections;
    private readonly ulong[] _candidates;
    private readonly Detection[] _boxes;

    /// <param name="network">A detector.</param>
    /// <param name="options">Thresholds and bounds; missing values are taken from the network.</param>
    /// <exception cref="ModelException">The network is not a detector.</exception>
    public BoxDecoder(NetworkArchitecture network, DetectorOptions options)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(options);
        _spec = network.Detection ?? throw new ModelException($"{network.Name} is a classifier, and boxes come from a detector.");
        (_anchors, _options) = (network.Anchors, options);
        _threshold = options.ScoreThreshold ?? _spec.ScoreThreshold;
        _logitThreshold = MathF.Log(_threshold / (1 - _threshold));
        NmsIou = options.NmsIou ?? _spec.NmsIou;
        _maxDetections = options.MaxDetections ?? _spec.MaxDetections;
        _candidates = new ulong[_anchors.Count];
        _boxes = new Detection[Math.Min(options.MaxCandidates, _anchors.Count)];
    }

    /// <summary>Intersection over union above which two boxes are one object.</summary>
    public float NmsIou { get; }

    /// <summary>Decodes the outputs for one frame.</summary>
    /// <param name="logits">One value per anchor: log-odds of an object.</param>
    /// <param name="offsets">Four values per anchor: dx, dy, dw, dh.</param>
    /// <param name="geometry">Position of the frame in the input.</param>
    /// <param name="results">Receives the boxes in pixels of the frame, by descending score, after its present content.</param>
    /// <exception cref="ArgumentException">The outputs are not those of this network.</exception>
    public void Decode(ReadOnlySpan<float> logits, ReadOnlySpan<float> offsets, in LetterboxGeometry geometry, DetectionList results)
    {
        ArgumentNullException.ThrowIfNull(results);
        if (logits.Length != _anchors.Count)
            throw new ArgumentException($"There must be {_anchors.Count} logits, but there are {logits.Length}.", nameof(logits));
        if (offsets.Length != 4 * _anchors.Count)
            throw new ArgumentException($"There must be {4 * _anchors.Count} offsets, but there are {offsets.Length}.", nameof(offsets));

        Span<ulong> candidates = _candidates.AsSpan(0, CollectCandidates(logits));
        candidates.Sort();
        int count = 0;
        foreach (ulong key in candidates)
        {
            if (count == _boxes.Length)
                break;
            int anchor = (int)(uint)key;
            BoundingBox box = DecodeBox(_anchors.Anchors[anchor], offsets.Slice(4 * anchor, 4));
            if (float.IsFinite(box.X) && float.IsFinite(box.Y))
                _boxes[count++] = new Detection(0, Sigmoid(logits[anchor]), box);
        }

        Span<Detection> boxes = _boxes.AsSpan(0, count);
        int kept =
            _options.Nms == NmsMethod.Soft
                ? NonMaximumSuppression.Soft(boxes, _options.SoftNmsSigma, _threshold, _maxDetections)
                : NonMaximumSuppression.Hard(boxes, NmsIou, _maxDetections);
        foreach (Detection detection in boxes[..kept])
        {
            BoundingBox box = geometry.ToSource(detection.Box);
            if (box.Width > 0 && box.Height > 0)
                results.Add(detection with { Box = box });
        }
    }

    // The threshold is applied to logits, so that the sigmoid is computed for candidates only.
    private int CollectCandidates(ReadOnlySpan<float> logits)
    {
        int count = 0,
            i = 0;
        var threshold = new Vector<float>(_logitThreshold);
        for (; i + Vector<float>.Count <= logits.Length; i += Vector<float>.Count)
        {
            if (!Vector.GreaterThanOrEqualAny(new Vector<float>(logits[i..]), threshold))
                continue;
            for (int j = i; j < i + Vector<float>.Count; j++)
            {
                if (logits[j] >= _logitThreshold)
                    _candidates[count++] = Key(logits[j], j);
            }
        }

        for (; i < logits.Length; i++)
        {
            if (logits[i] >= _logitThreshold)
                _candidates[count++] = Key(logits[i], i);
        }

        return count;
    }

    // Ascending keys are descending logits, and for equal logits ascending anchors.
    private static ulong Key(float logit, int anchor)
    {
        uint bits = BitConverter.SingleToUInt32Bits(logit + 0f);
        uint ordered = (bits & 0x80000000) != 0 ? ~bits : bits | 0x80000000;
        return ((ulong)~ordered << 32) | (uint)anchor;
    }

    private BoundingBox DecodeBox(in Anchor anchor, ReadOnlySpan<float> offsets)
    {
        float centerX = anchor.CenterX + (offsets[0] * _spec.CenterVariance * anchor.Width);
        float centerY = anchor.CenterY + (offsets[1] * _spec.CenterVariance * anchor.Height);
        float width = anchor.Width * MathF.Exp(MathF.Min(offsets[2] * _spec.SizeVariance, MaxLogScale));
        float height = anchor.Height * MathF.Exp(MathF.Min(offsets[3] * _spec.SizeVariance, MaxLogScale));
        return new BoundingBox(centerX - (width / 2), centerY - (height / 2), width, height);
    }

    private static float Sigmoid(float logit) => 1 / (1 + MathF.Exp(-logit));
}
