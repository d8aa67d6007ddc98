using RNNPool.Edge.Models.Packages;
using RNNPool.Edge.Models.Tests.Packages;

namespace RNNPool.Edge.Models.Tests.Vectors;

/// <summary>
/// A random chain of layers that docs/model-format.md allows: odd shapes, strides and patches, one to three heads or a classifier's
/// tail. The same seed gives the same package on every machine. Packages whose cost or length exceeds a limit are discarded, so
/// that a run in an emulator takes about a second.
/// </summary>
internal sealed class RandomPackage
{
    private const int MaxMultiplyAdds = 1_500_000,
        MaxBytes = 40_000;

    private readonly RandomLayers _random;
    private readonly List<LayerContent> _layers = [];
    private MapShape _shape;
    private int _zeroPoint;
    private float _scale = 1f / 128;
    private int _anchors;

    private RandomPackage(ulong seed)
    {
        _random = new RandomLayers(seed);
        Input = new MapShape(Side(), Side(), Chance(25) ? 3 : 1);
        _shape = Input;
        if (Chance(60))
            AddDetector();
        else
            AddClassifier();
    }

    public MapShape Input { get; }

    public IEnumerable<LayerRecord> Layers => _layers.Select(layer => layer.Record);

    public byte[] File { get; private set; } = [];

    /// <summary>The first package of a seed that is within the limits.</summary>
    public static RandomPackage Create(int seed)
    {
        for (ulong attempt = 0; ; attempt++)
        {
            var package = new RandomPackage(((ulong)seed << 32) + attempt);
            if (package.Layers.Sum(layer => layer.MultiplyAdds) > MaxMultiplyAdds)
                continue;
            package.File = package.Write($"random-{seed}");
            if (package.File.Length <= MaxBytes)
                return package;
        }
    }

    /// <summary>Three pictures: noise, waves, and values at both ends of the range.</summary>
    public byte[][] Pictures()
    {
        int row = Input.Width * Input.Channels;
        byte Wave(int i) => (byte)Math.Clamp(128 + (i % row * 5 % 90) - (i / row * 7 % 110) + _random.Between(-12, 12), 0, 255);
        return
        [
            _random.Picture(Input),
            [.. Enumerable.Range(0, Input.Count).Select(Wave)],
            [.. Enumerable.Range(0, Input.Count).Select(_ => (byte)(255 * _random.Next(2)))],
        ];
    }

    private bool Chance(int percent) => _random.Next(100) < percent;

    private int Pick(params ReadOnlySpan<int> values) => values[_random.Next(values.Length)];

    private int Side() => Chance(30) ? _random.Between(8, 12) : _random.Between(8, 52);

    private int Channels() => Pick(1, 2, 3, 4, 5, 7, 8, 12, 16, _random.Between(1, 26));

    private int States() => Pick(8, 8, 16, 16, 2, 4, 6, 10, 12, 20, 32);

    private void AddDetector()
    {
        int heads = _random.Between(1, 3);
        AddStreamable();
        for (int head = 0; head < heads; head++)
        {
            for (int i = _random.Next(4); i > 0; i--)
                AddAny();
            AddHead();
        }
    }

    private void AddClassifier()
    {
        if (Chance(8))
            AddPool(wholeMap: true);
        else
            AddStreamable();
        for (int i = _random.Next(6); i > 0; i--)
            AddAny();
        if (_shape.Cells > 1 || Chance(40))
        {
            if (Chance(40))
                AddPool(wholeMap: true);
            else
                AddAveragePool();
        }

        if (Chance(30))
            AddPointwise(Channels(), Chance(50));
        LayerRecord record = Next(LayerOperation.Dense, new MapShape(1, 1, Pick(2, 2, 3, 5, 11))) with
        {
            FractionBits = _random.Between(4, 12),
        };
        Add(_random.Convolution(record with { OutputScale = MathF.Pow(2, -record.FractionBits) }, 2500));
    }

    // The first layer has to be one that runs while rows arrive.
    private void AddStreamable()
    {
        switch (_random.Next(10))
        {
            case 0 or 1 or 2 or 3:
                AddConvolution();
                break;
            case 4 or 5 or 6:
                if (!AddPool())
                    AddConvolution();
                break;
            case 7:
                AddPointwise(Channels(), Chance(50));
                break;
            default:
                AddBlock(mayAdd: false);
                break;
        }
    }

    private void AddAny()
    {
        switch (_random.Next(10))
        {
            case 0 or 1:
                AddConvolution();
                break;
            case 2 or 3 or 4:
                if (!AddPool())
                    AddPointwise(Channels(), Chance(50));
                break;
            case 5:
                AddPointwise(Channels(), Chance(50));
                break;
            default:
                AddBlock(mayAdd: true);
                break;
        }
    }

    private void AddConvolution()
    {
        int stride = Pick(1, 2);
        AddWeights(Activated(Next(LayerOperation.Conv3x3, Strided(stride, Channels())) with { Stride = stride }, Chance(60)));
    }

    private void AddPointwise(int channels, bool relu) =>
        AddWeights(Activated(Next(LayerOperation.Pointwise, _shape with { Channels = channels }), relu));

    // An inverted residual, with or without an expansion and with what is added to its output.
    private void AddBlock(bool mayAdd)
    {
        LayerRecord? expansion = null;
        if (Chance(65))
        {
            AddPointwise(Channels(), Chance(70));
            expansion = _layers[^1].Record;
        }

        int depthwise = _layers.Count,
            stride = Pick(1, 1, 2);
        AddWeights(Activated(Next(LayerOperation.Depthwise3x3, Strided(stride, _shape.Channels)) with { Stride = stride }, Chance(70)));
        if (!mayAdd || stride != 1 || Chance(40))
        {
            AddPointwise(Channels(), relu: Chance(30));
            return;
        }

        LayerRecord source = expansion is null || Chance(20) ? _layers[depthwise].Record : expansion;
        int index = source == expansion ? depthwise - 1 : depthwise;
        AddWeights(
            Next(LayerOperation.Pointwise, source.Input) with
            {
                ResidualOf = index,
                OutputZeroPoint = source.InputZeroPoint,
                OutputScale = source.InputScale,
            }
        );
    }

    private bool AddPool(bool wholeMap = false)
    {
        int patch = wholeMap ? 0 : _random.Between(1, Pick(2, 6, 8, 12)),
            stride = wholeMap ? 1 : _random.Between(Math.Min(patch, Pick(1, 2, 3)), patch);
        int padding = wholeMap ? 0 : 2 * ((patch - stride) / 2),
            h1 = States(),
            h2 = States();
        if (_shape.Width + padding < patch || _shape.Height + padding < patch)
            return false;
        int Windows(int side) => wholeMap ? 1 : ((side + padding - patch) / stride) + 1;
        LayerRecord record = Next(LayerOperation.RnnPool, new MapShape(Windows(_shape.Width), Windows(_shape.Height), 4 * h2)) with
        {
            Stride = stride,
            Patch = patch,
            Hidden1 = h1,
            Hidden2 = h2,
            InputShift = _random.Between(1, 15),
            OutputScale = 1f / 128,
        };
        // |U| and |W2| of a row must stay below 2^18 together.
        int recurrent = Math.Min(Pick(500, 3000, 9000, 32767), 260_000 / Math.Max(h1, h2));
        Add(
            _random.RnnPool(
                record,
                recurrent,
                Pick(500, 4000, 32767),
                Math.Min(Pick(200, 1500, 12000, 32767), 8_000_000 / Math.Max(1, _shape.Channels))
            )
        );
        return true;
    }

    private void AddAveragePool() =>
        Add(
            RandomLayers.AveragePool(
                Next(LayerOperation.AveragePool, new MapShape(1, 1, _shape.Channels)) with
                {
                    OutputZeroPoint = _random.Between(-128, 127),
                    OutputScale = 0.01f,
                }
            )
        );

    private void AddHead()
    {
        PackageAnchor[] anchors =
        [
            .. Enumerable
                .Range(0, _random.Between(1, 4))
                .Select(_ => new PackageAnchor(_random.Between(48, 900), _random.Between(48, 900), Pick(1, 1, 2, 3))),
        ];
        int classes = anchors.Sum(anchor => anchor.Backgrounds + 1);
        LayerRecord record = Next(LayerOperation.Head, _shape with { Channels = classes + (4 * anchors.Length) }) with
        {
            FractionBits = _random.Between(4, 12),
            BoxFractionBits = _random.Between(4, 12),
            ClassOutputs = classes,
            CellAnchors = anchors.Length,
            FirstAnchor = _anchors,
            Threshold = Pick(_random.Between(-2000, 2000), _random.Between(0, 6000), _random.Between(0, 6000), 70000),
        };
        _anchors += _shape.Cells * anchors.Length;
        _layers.Add(_random.Convolution(record with { OutputScale = MathF.Pow(2, -record.FractionBits) }, 2500) with { Anchors = anchors });
    }

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

    private MapShape Strided(int stride, int channels) =>
        new((_shape.Width + stride - 1) / stride, (_shape.Height + stride - 1) / stride, channels);

    private LayerRecord Activated(LayerRecord record, bool relu) =>
        record with
        {
            Relu6 = relu,
            OutputZeroPoint = relu ? -128 : _random.Between(-128, 127),
            OutputScale = _random.Between(10, 400) / 10000f,
        };

    private void AddWeights(LayerRecord record)
    {
        LayerContent content = _random.Convolution(record, Pick(30, 60, 90, 400), Pick(127, 127, 30, 3));
        if (Chance(10))
        {
            int[] multipliers = [.. content.Multipliers];
            multipliers[_random.Next(multipliers.Length)] = Pick(0, 1, int.MaxValue);
            content = content with { Multipliers = multipliers };
        }

        Add(content);
    }

    private void Add(LayerContent content)
    {
        _layers.Add(content);
        (_shape, _zeroPoint, _scale) = (content.Record.Output, content.Record.OutputZeroPoint, content.Record.OutputScale);
    }

    private byte[] Write(string name)
    {
        bool classifier = _layers[^1].Record.Operation == LayerOperation.Dense;
        var header = new PackageHeader
        {
            Name = name,
            Input = Input,
            IsClassifier = classifier,
        };
        if (!classifier)
        {
            int candidates = Pick(1, 5, 50, 256);
            header = header with
            {
                AnchorCount = _anchors,
                ScoreThreshold = 32768,
                MaxCandidates = candidates,
                MaxDetections = _random.Between(1, candidates),
                NmsIou = Pick(0, 65536, 26214, _random.Between(1, 65535)),
                CenterVariance = Pick(1, 6554, 65536),
                SizeVariance = Pick(1, 18910, 65535),
            };
        }

        header = header with { ArenaBytes = (int)ArenaPlan.Compute([.. Layers], header.MaxCandidates).Bytes };
        string[] labels = classifier ? [.. Enumerable.Range(0, _layers[^1].Record.Outputs).Select(i => $"class {i}")] : ["face"];
        return PackageWriter.Write(header, labels, _layers);
    }
}
