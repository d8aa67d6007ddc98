using RNNPool.Edge.Models.Packages;

namespace RNNPool.Edge.Models.Interpreter;

/// <summary>A detection in the network's picture.</summary>
/// <param name="Score">Probability in 65536ths.</param>
/// <param name="Left">Left edge in 1/16 pixel.</param>
/// <param name="Top">Upper edge in 1/16 pixel.</param>
/// <param name="Right">Right edge in 1/16 pixel.</param>
/// <param name="Bottom">Lower edge in 1/16 pixel.</param>
/// <param name="Anchor">Index of the anchor that it comes from.</param>
public readonly record struct PackageDetection(ushort Score, ushort Left, ushort Top, ushort Right, ushort Bottom, int Anchor)
{
    internal long Area => (long)(Right - Left) * (Bottom - Top);
}

/// <summary>Values that replace those of the package when its outputs are decoded; null keeps the package's value.</summary>
public sealed record DecodingOptions
{
    /// <summary>Score threshold, over 0 and under 1.</summary>
    public float? ScoreThreshold { get; init; }

    /// <summary>Intersection over union above which a box is suppressed, 0 to 1.</summary>
    public float? NmsIou { get; init; }

    /// <summary>
    /// Most candidates that are kept before suppression, at least 1. Evaluation at low thresholds needs more than a device keeps.
    /// </summary>
    public int? MaxCandidates { get; init; }

    /// <summary>Most detections, at least 1.</summary>
    public int? MaxDetections { get; init; }
}

/// <summary>Candidates, boxes and non-maximum suppression in integers.</summary>
internal sealed class DetectionDecoder
{
    private static readonly int[] SigmoidTable = CreateTable(129, i => Math.Min(65535, Math.Round(65536 / (1 + Math.Exp(8 - (i / 8.0))))));
    private static readonly int[] Exp2Table = CreateTable(33, i => Math.Round(Math.Pow(2, i / 32.0) * 65536));

    private readonly ModelPackage _package;
    private readonly int[] _thresholds,
        _pixelStrides;
    private readonly long _nmsIou;
    private readonly int _maxDetections;
    private readonly PackageDetection[] _candidates;
    private int _count;

    public DetectionDecoder(ModelPackage package, DecodingOptions options)
    {
        _package = package;
        _nmsIou = options.NmsIou is float iou ? (long)Math.Round(iou * 65536.0) : package.Header.NmsIou;
        _maxDetections = options.MaxDetections ?? package.Header.MaxDetections;
        _candidates = new PackageDetection[options.MaxCandidates ?? package.Header.MaxCandidates];
        _thresholds = new int[package.Layers.Count];
        _pixelStrides = new int[package.Layers.Count];
        for (int i = 0, stride = 1; i < package.Layers.Count; stride *= package.Layers[i].Record.Stride, i++)
        {
            LayerRecord record = package.Layers[i].Record;
            _pixelStrides[i] = stride;
            _thresholds[i] = options.ScoreThreshold is float score ? ComputeThreshold(score, record.FractionBits) : record.Threshold;
        }
    }

    /// <summary>The smallest class logit whose score is at least <paramref name="score"/>.</summary>
    public static int ComputeThreshold(double score, int fractionBits) =>
        (int)Math.Clamp(Math.Round(Math.Log(score / (1 - score)) * (1 << fractionBits)), -1 << 20, 1 << 20);

    /// <summary>Discards the candidates of the previous picture.</summary>
    public void Begin() => _count = 0;

    /// <summary>Adds the candidates of a head.</summary>
    /// <param name="index">Index of the layer.</param>
    /// <param name="outputs">All outputs of the head, cell by cell.</param>
    /// <param name="pitch">Values from cell to cell; 0 where the outputs of the cells follow each other without a gap.</param>
    public void AddHead(int index, ReadOnlySpan<short> outputs, int pitch = 0)
    {
        PackageLayer layer = _package.Layers[index];
        LayerRecord record = layer.Record;
        pitch = pitch == 0 ? record.Outputs : pitch;
        ReadOnlySpan<ushort> anchors = layer.Anchors;
        int anchor = record.FirstAnchor;
        for (int y = 0; y < record.Output.Height; y++)
        {
            for (int x = 0; x < record.Output.Width; x++)
            {
                ReadOnlySpan<short> cell = outputs.Slice(((y * record.Output.Width) + x) * pitch, record.Outputs);
                for (int a = 0, output = 0; a < record.CellAnchors; a++, anchor++)
                {
                    int backgrounds = anchors[(4 * a) + 2],
                        background = short.MinValue;
                    for (int b = 0; b < backgrounds; b++)
                        background = Math.Max(background, cell[output + b]);
                    int logit = cell[output + backgrounds] - background;
                    output += backgrounds + 1;
                    if (logit < _thresholds[index])
                        continue;
                    ReadOnlySpan<short> offsets = cell.Slice(record.ClassOutputs + (4 * a), 4);
                    int half = 8 * _pixelStrides[index];
                    PackageDetection box = Decode(
                        offsets,
                        record.BoxFractionBits,
                        ((2 * x) + 1) * half,
                        ((2 * y) + 1) * half,
                        anchors[4 * a],
                        anchors[(4 * a) + 1]
                    );
                    if (box.Right <= box.Left || box.Bottom <= box.Top)
                        continue;
                    Insert(box with { Score = Score(logit, record.FractionBits), Anchor = anchor });
                }
            }
        }
    }

    /// <summary>
    /// Suppresses overlapping detections and returns the number of those that are kept, at the front of <see cref="Detections"/>.
    /// </summary>
    public void Finish()
    {
        int kept = 0;
        for (int i = 0; i < _count && kept < _maxDetections; i++)
        {
            PackageDetection candidate = _candidates[i];
            bool suppressed = false;
            for (int k = 0; k < kept && !suppressed; k++)
                suppressed = Overlaps(candidate, _candidates[k]);
            if (!suppressed)
                _candidates[kept++] = candidate;
        }

        _count = kept;
    }

    /// <summary>After <see cref="Finish"/> the detections by descending score.</summary>
    public ReadOnlySpan<PackageDetection> Detections => _candidates.AsSpan(0, _count);

    /// <summary>Sigmoid of a logit, 65536ths.</summary>
    internal static ushort Score(int logit, int fractionBits)
    {
        long l16 = Math.Clamp((long)logit << (16 - fractionBits), -8 << 16, (8 << 16) - 1);
        int shifted = (int)(l16 + (8 << 16)),
            i = shifted >> 13,
            r = shifted & 8191;
        return (ushort)(SigmoidTable[i] + ((((SigmoidTable[i + 1] - SigmoidTable[i]) * r) + 4096) >> 13));
    }

    /// <summary>2^e, both Q16.</summary>
    internal static int Exp2(int e)
    {
        int n = e >> 16,
            r = e & 65535,
            i = r >> 11,
            k = r & 2047;
        int m = Exp2Table[i] + ((((Exp2Table[i + 1] - Exp2Table[i]) * k) + 1024) >> 11);
        return n < 0 ? m >> -n : m << n;
    }

    private PackageDetection Decode(ReadOnlySpan<short> offsets, int f, int centerX, int centerY, int anchorWidth, int anchorHeight)
    {
        PackageHeader header = _package.Header;
        long x = centerX + ((((long)offsets[0] * anchorWidth * header.CenterVariance) + (1L << (f + 15))) >> (f + 16));
        long y = centerY + ((((long)offsets[1] * anchorHeight * header.CenterVariance) + (1L << (f + 15))) >> (f + 16));
        long width = Side(offsets[2], f, anchorWidth),
            height = Side(offsets[3], f, anchorHeight);
        long left = x - (width >> 1),
            top = y - (height >> 1);
        ushort Clamp(long edge, int pixels) => (ushort)Math.Clamp(edge, 0, 16L * pixels);
        return new PackageDetection(
            0,
            Clamp(left, header.Input.Width),
            Clamp(top, header.Input.Height),
            Clamp(left + width, header.Input.Width),
            Clamp(top + height, header.Input.Height),
            0
        );
    }

    private long Side(int offset, int f, int anchor)
    {
        int e = Math.Clamp(((offset * _package.Header.SizeVariance) + (1 << (f - 1))) >> f, -4 << 16, (4 << 16) - 1);
        return (((long)anchor * Exp2(e)) + (1 << 15)) >> 16;
    }

    // Sorted insertion; the candidate with the lowest score is dropped.
    private void Insert(in PackageDetection candidate)
    {
        int at = _count;
        if (_count == _candidates.Length)
        {
            if (!Before(candidate, _candidates[^1]))
                return;
            at--;
        }
        else
        {
            _count++;
        }

        for (; at > 0 && Before(candidate, _candidates[at - 1]); at--)
            _candidates[at] = _candidates[at - 1];
        _candidates[at] = candidate;
    }

    private static bool Before(in PackageDetection a, in PackageDetection b) =>
        a.Score != b.Score ? a.Score > b.Score : a.Anchor < b.Anchor;

    private bool Overlaps(in PackageDetection a, in PackageDetection b)
    {
        long width = Math.Min(a.Right, b.Right) - Math.Max(a.Left, b.Left),
            height = Math.Min(a.Bottom, b.Bottom) - Math.Max(a.Top, b.Top);
        if (width <= 0 || height <= 0)
            return false;
        long intersection = width * height;
        return intersection * 65536 > _nmsIou * (a.Area + b.Area - intersection);
    }

    private static int[] CreateTable(int count, Func<int, double> value) => [.. Enumerable.Range(0, count).Select(i => (int)value(i))];
}
