using RNNPool.Edge.Models.Packages;

namespace RNNPool.Edge.Models.Tests.Packages;

/// <summary>Builds small packages layer by layer, with random numbers.</summary>
internal sealed class PackageSketch(string name, MapShape picture, ulong seed)
{
    private readonly List<LayerContent> _layers = [];
    private readonly MapShape _picture = picture;
    private MapShape _shape = picture;
    private int _zeroPoint;
    private float _scale = 1f / 128;
    private int _anchors;

    public RandomLayers Random { get; } = new(seed);

    public PackageSketch Conv(int channels, int stride)
    {
        LayerRecord record = Next(LayerOperation.Conv3x3, Strided(stride, channels)) with
        {
            Stride = stride,
            Relu6 = true,
            OutputZeroPoint = -128,
            OutputScale = 0.02f,
        };
        return Add(Random.Convolution(record, 90), record);
    }

    public PackageSketch Pool(int patch, int stride, int h1, int h2)
    {
        int padding = patch == 0 ? 0 : (patch - stride) / 2;
        int Out(int n) => patch == 0 ? 1 : ((n + (2 * padding) - patch) / stride) + 1;
        LayerRecord record = Next(LayerOperation.RnnPool, new MapShape(Out(_shape.Width), Out(_shape.Height), 4 * h2)) with
        {
            Stride = stride,
            Patch = patch,
            Hidden1 = h1,
            Hidden2 = h2,
            InputShift = 5,
            OutputScale = 1f / 128,
        };
        return Add(Random.RnnPool(record), record);
    }

    public PackageSketch Pointwise(int channels, bool relu, int? residual = null, int zeroPoint = 5, float scale = 0.03f)
    {
        LayerRecord record = Next(LayerOperation.Pointwise, _shape with { Channels = channels }) with
        {
            Relu6 = relu,
            OutputZeroPoint = relu ? -128 : zeroPoint,
            OutputScale = scale,
            ResidualOf = residual,
        };
        return Add(Random.Convolution(record, relu ? 90 : 40), record);
    }

    public PackageSketch Depthwise(int stride)
    {
        LayerRecord record = Next(LayerOperation.Depthwise3x3, Strided(stride, _shape.Channels)) with
        {
            Stride = stride,
            Relu6 = true,
            OutputZeroPoint = -128,
            OutputScale = 0.02f,
        };
        return Add(Random.Convolution(record, 90), record);
    }

    /// <summary>An inverted residual; with a residual when the stride is 1 and <paramref name="channels"/> is what reaches it.</summary>
    public PackageSketch Block(int expansion, int channels, int stride)
    {
        int first = _layers.Count;
        (int zeroPoint, float scale) = (_zeroPoint, _scale);
        bool residual = stride == 1 && channels == _shape.Channels;
        if (expansion > 1)
            Pointwise(_shape.Channels * expansion, relu: true);
        Depthwise(stride);
        return residual ? Pointwise(channels, relu: false, first, zeroPoint, scale) : Pointwise(channels, relu: false);
    }

    public PackageSketch Head(params (int Width, int Height, int Backgrounds)[] anchors)
    {
        int classes = anchors.Sum(a => a.Backgrounds + 1);
        LayerRecord record = Next(LayerOperation.Head, _shape with { Channels = classes + (4 * anchors.Length) }) with
        {
            FractionBits = 10,
            BoxFractionBits = 11,
            ClassOutputs = classes,
            CellAnchors = anchors.Length,
            FirstAnchor = _anchors,
            Threshold = 700,
            OutputScale = 1f / 1024,
        };
        _anchors += _shape.Cells * anchors.Length;
        _layers.Add(
            Random.Convolution(record, 1200) with
            {
                Anchors = [.. anchors.Select(a => new PackageAnchor(a.Width, a.Height, a.Backgrounds))],
            }
        );
        return this;
    }

    public PackageSketch AveragePool()
    {
        LayerRecord record = Next(LayerOperation.AveragePool, new MapShape(1, 1, _shape.Channels)) with
        {
            OutputZeroPoint = -3,
            OutputScale = 0.01f,
        };
        return Add(RandomLayers.AveragePool(record), record);
    }

    public PackageSketch Dense(int outputs)
    {
        LayerRecord record = Next(LayerOperation.Dense, new MapShape(1, 1, outputs)) with { FractionBits = 9, OutputScale = 1f / 512 };
        return Add(Random.Convolution(record, 2000), record);
    }

    public byte[] Write()
    {
        bool classifier = _layers[^1].Record.Operation == LayerOperation.Dense;
        const int candidates = 64;
        long arena = ArenaPlan.Compute([.. _layers.Select(layer => layer.Record)], classifier ? 0 : candidates).Bytes;
        PackageHeader header = new()
        {
            Name = name,
            Input = _picture,
            IsClassifier = classifier,
            ArenaBytes = (int)arena,
        };
        if (!classifier)
        {
            header = header with
            {
                AnchorCount = _anchors,
                ScoreThreshold = 43500,
                MaxCandidates = candidates,
                MaxDetections = 50,
                NmsIou = 26214,
                CenterVariance = 6554,
                SizeVariance = 18910,
            };
        }

        string[] labels = classifier ? [.. Enumerable.Range(0, _layers[^1].Record.Outputs).Select(i => $"class {i}")] : ["face"];
        return PackageWriter.Write(header, labels, _layers);
    }

    /// <summary>A detector with every kind of layer that detectors have.</summary>
    public static PackageSketch Detector(ulong seed, int width = 40, int height = 24) =>
        new PackageSketch("tiny-detector", new MapShape(width, height, 1), seed)
            .Conv(6, 2)
            .Pool(8, 4, 8, 4)
            .Block(1, 10, 1)
            .Block(3, 10, 1)
            .Head((150, 180, 3), (300, 350, 1))
            .Block(2, 12, 2)
            .Block(1, 12, 1)
            .Head((500, 620, 1));

    /// <summary>A classifier on colour pictures, with a patch that the stride does not divide.</summary>
    public static PackageSketch Classifier(ulong seed, bool rnnTail)
    {
        PackageSketch sketch = new PackageSketch("tiny-classifier", new MapShape(37, 29, 3), seed)
            .Conv(5, 2)
            .Pool(6, 4, 4, 6)
            .Block(2, 9, 1)
            .Block(1, 9, 2)
            .Pointwise(14, relu: true);
        return (rnnTail ? sketch.Pool(0, 1, 6, 4) : sketch.AveragePool()).Dense(3);
    }

    private MapShape Strided(int stride, int channels) =>
        new((_shape.Width + stride - 1) / stride, (_shape.Height + stride - 1) / stride, channels);

    private LayerRecord Next(LayerOperation operation, MapShape output) =>
        new()
        {
            Name = $"{operation}-{_layers.Count}".ToLowerInvariant(),
            Operation = operation,
            Input = _shape,
            Output = output,
            InputZeroPoint = _zeroPoint,
            InputScale = _scale,
        };

    private PackageSketch Add(LayerContent content, LayerRecord record)
    {
        _layers.Add(content);
        (_shape, _zeroPoint, _scale) = (record.Output, record.OutputZeroPoint, record.OutputScale);
        return this;
    }
}
