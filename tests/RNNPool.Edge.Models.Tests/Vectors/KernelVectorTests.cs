using RNNPool.Edge.Models.Packages;
using RNNPool.Edge.Models.Tests.Packages;
using Xunit;

namespace RNNPool.Edge.Models.Tests.Vectors;

public sealed class KernelVectorTests
{
    private static readonly Dictionary<string, Func<RandomLayers, byte[]>> Cases = new()
    {
        ["conv3x3-stem-even"] = r => Conv(r, 16, 8, 1, 8, 2),
        ["conv3x3-stem-odd"] = r => Conv(r, 17, 9, 1, 8, 2),
        ["conv3x3-stem-odd-outputs"] = r => Conv(r, 13, 6, 1, 5, 2),
        ["conv3x3-colour"] = r => Conv(r, 11, 7, 3, 6, 2),
        ["conv3x3-stride1"] = r => Conv(r, 9, 7, 4, 8, 1, zeroPoint: -128),
        ["conv3x3-wide"] = r => Conv(r, 6, 5, 24, 16, 1, zeroPoint: 17),
        ["conv3x3-one-row"] = r => Conv(r, 12, 1, 3, 4, 1, zeroPoint: -20),
        ["conv3x3-one-column"] = r => Conv(r, 1, 12, 3, 4, 2, zeroPoint: -20),
        ["conv3x3-one-cell"] = r => Conv(r, 1, 1, 5, 3, 1, zeroPoint: 90),
        ["conv3x3-linear"] = r => Conv(r, 8, 6, 5, 7, 1, zeroPoint: -5, relu: false),
        ["conv3x3-saturating"] = r => Conv(r, 8, 6, 8, 8, 1, zeroPoint: -128, spread: 4000),
        ["conv3x3-extremes"] = r => Extremes(r, LayerOperation.Conv3x3, new MapShape(6, 5, 8), 8),
        ["pointwise-even"] = r => Pointwise(r, new MapShape(10, 3, 24), 72, relu: true),
        ["pointwise-odd-channels"] = r => Pointwise(r, new MapShape(7, 5, 13), 9, relu: true),
        ["pointwise-three-channels"] = r => Pointwise(r, new MapShape(5, 2, 3), 2, relu: false),
        ["pointwise-one-channel"] = r => Pointwise(r, new MapShape(5, 3, 1), 1, relu: false),
        ["pointwise-wide"] = r => Pointwise(r, new MapShape(4, 3, 192), 64, relu: false),
        ["pointwise-one-row"] = r => Pointwise(r, new MapShape(13, 1, 16), 10, relu: true),
        ["pointwise-one-cell"] = r => Pointwise(r, new MapShape(1, 1, 40), 20, relu: true),
        ["pointwise-linear"] = r => Pointwise(r, new MapShape(6, 6, 20), 24, relu: false),
        ["pointwise-residual"] = r => Pointwise(r, new MapShape(9, 4, 72), 24, relu: false, residual: true),
        ["pointwise-residual-odd"] = r => Pointwise(r, new MapShape(5, 3, 15), 11, relu: false, residual: true),
        ["pointwise-residual-saturating"] = r => Pointwise(r, new MapShape(6, 4, 32), 12, relu: false, residual: true, spread: 300),
        ["pointwise-extremes"] = r => Extremes(r, LayerOperation.Pointwise, new MapShape(6, 5, 32), 8),
        ["depthwise-stride1"] = r => Depthwise(r, new MapShape(10, 7, 24), 1),
        ["depthwise-stride2-even"] = r => Depthwise(r, new MapShape(10, 8, 12), 2),
        ["depthwise-stride2-odd"] = r => Depthwise(r, new MapShape(11, 7, 12), 2),
        ["depthwise-odd-channels"] = r => Depthwise(r, new MapShape(7, 6, 5), 1),
        ["depthwise-one-channel"] = r => Depthwise(r, new MapShape(6, 5, 1), 1),
        ["depthwise-one-row"] = r => Depthwise(r, new MapShape(9, 1, 4), 1),
        ["depthwise-one-column"] = r => Depthwise(r, new MapShape(1, 9, 4), 2),
        ["depthwise-one-cell"] = r => Depthwise(r, new MapShape(1, 1, 6), 1),
        ["depthwise-two-rows-stride2"] = r => Depthwise(r, new MapShape(6, 2, 4), 2),
        ["depthwise-saturating"] = r => Depthwise(r, new MapShape(6, 6, 8), 1, 2000),
        ["depthwise-extremes"] = r => Extremes(r, LayerOperation.Depthwise3x3, new MapShape(6, 5, 8), 8),
        ["rnnpool-face"] = r => Pool(r, new MapShape(20, 16, 8), 8, 4, 16, 16),
        ["rnnpool-odd-map"] = r => Pool(r, new MapShape(19, 13, 4), 8, 4, 16, 16),
        ["rnnpool-patch6"] = r => Pool(r, new MapShape(18, 14, 8), 6, 4, 8, 8),
        ["rnnpool-patch-is-stride"] = r => Pool(r, new MapShape(12, 8, 5), 4, 4, 8, 6),
        ["rnnpool-stride1"] = r => Pool(r, new MapShape(7, 6, 3), 3, 1, 4, 4),
        ["rnnpool-more-shared"] = r => Pool(r, new MapShape(13, 11, 4), 7, 2, 6, 4),
        ["rnnpool-smallest-map"] = r => Pool(r, new MapShape(4, 4, 4), 8, 4, 8, 8),
        ["rnnpool-patch1"] = r => Pool(r, new MapShape(5, 3, 4), 1, 1, 4, 4),
        ["rnnpool-one-channel"] = r => Pool(r, new MapShape(12, 12, 1), 8, 4, 8, 8),
        ["rnnpool-states-differ"] = r => Pool(r, new MapShape(12, 10, 4), 6, 4, 4, 10),
        ["rnnpool-whole-map"] = r => Pool(r, new MapShape(7, 5, 12), 0, 1, 8, 6),
        ["rnnpool-whole-row"] = r => Pool(r, new MapShape(9, 1, 6), 0, 1, 6, 8),
        ["rnnpool-gates-saturate"] = r => Pool(r, new MapShape(12, 12, 4), 8, 4, 8, 8, recurrent: 16000, gate: 32767, input: 20000),
        ["rnnpool-gates-closed"] = r => Pool(r, new MapShape(12, 12, 4), 8, 4, 8, 8, recurrent: 500, gate: 20000, input: 100),
        ["rnnpool-largest-shift"] = r => Pool(r, new MapShape(12, 8, 4), 8, 4, 8, 8, input: 32767, shift: 15),
        ["rnnpool-smallest-shift"] = r => Pool(r, new MapShape(12, 8, 4), 8, 4, 8, 8, input: 200, shift: 1),
        ["head"] = r => Head(r, new MapShape(8, 6, 24), 14, 6, 2000),
        ["head-odd-outputs"] = r => Head(r, new MapShape(5, 4, 11), 9, 5, 2000),
        ["head-saturating"] = r => Head(r, new MapShape(5, 4, 12), 6, 2, 60000),
        ["head-one-row"] = r => Head(r, new MapShape(6, 1, 8), 6, 2, 2000),
        ["averagepool"] = r => Average(r, new MapShape(7, 5, 12)),
        ["averagepool-odd-channels"] = r => Average(r, new MapShape(4, 4, 5)),
        ["dense"] = r => Dense(r, 64, 2),
        ["dense-odd"] = r => Dense(r, 35, 5),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_interpreter_gives_the_golden_bytes(string name) => VectorFolder.Check($"kernels/{name}.rnnv", Make(name));

    [Fact]
    public void No_other_vectors_lie_there() => VectorFolder.CheckNames("kernels", "*.rnnv", Cases.Keys.Select(name => name + ".rnnv"));

    [Theory]
    [MemberData(nameof(Names))]
    public void Outputs_are_not_all_alike(string name)
    {
        LayerVector vector = LayerVector.Read(Make(name));
        Assert.True(
            vector.Output.Length == 1 || vector.Output.ToArray().Distinct().Count() >= Math.Min(3, vector.Output.Length / 2),
            "such a vector would find nothing"
        );
    }

    // The seed comes from the name, so that a new case leaves the others as they are.
    private static byte[] Make(string name) => Cases[name](new RandomLayers(name.Aggregate(17UL, (hash, c) => unchecked((hash * 31) + c))));

    private static LayerRecord Record(LayerOperation operation, MapShape input, MapShape output, int zeroPoint = 0) =>
        new()
        {
            Name = "vector",
            Operation = operation,
            Input = input,
            Output = output,
            InputZeroPoint = zeroPoint,
            InputScale = 0.02f,
            OutputScale = 0.02f,
        };

    private static byte[] Conv(
        RandomLayers r,
        int width,
        int height,
        int channels,
        int outputs,
        int stride,
        int zeroPoint = 0,
        bool relu = true,
        int spread = 90
    )
    {
        var output = new MapShape((width + stride - 1) / stride, (height + stride - 1) / stride, outputs);
        LayerRecord record = Record(LayerOperation.Conv3x3, new MapShape(width, height, channels), output, zeroPoint) with
        {
            Stride = stride,
            Relu6 = relu,
            OutputZeroPoint = relu ? -128 : 11,
        };
        return LayerVector.Compute(r.Convolution(record, spread), r.Map(record.Input), []);
    }

    private static byte[] Pointwise(RandomLayers r, MapShape input, int outputs, bool relu, bool residual = false, int spread = 60)
    {
        LayerRecord record = Record(LayerOperation.Pointwise, input, input with { Channels = outputs }, -128) with
        {
            Relu6 = relu,
            OutputZeroPoint = relu ? -128 : -7,
            ResidualOf = residual ? 0 : null,
        };
        return LayerVector.Compute(r.Convolution(record, spread), r.Map(input), residual ? r.Map(record.Output) : []);
    }

    private static byte[] Depthwise(RandomLayers r, MapShape input, int stride, int spread = 90)
    {
        var output = new MapShape((input.Width + stride - 1) / stride, (input.Height + stride - 1) / stride, input.Channels);
        LayerRecord record = Record(LayerOperation.Depthwise3x3, input, output, stride == 1 ? -128 : 23) with
        {
            Stride = stride,
            Relu6 = true,
            OutputZeroPoint = -128,
        };
        return LayerVector.Compute(r.Convolution(record, spread), r.Map(input), []);
    }

    // The largest weights against the largest inputs, with the largest multiplier.
    private static byte[] Extremes(RandomLayers r, LayerOperation operation, MapShape input, int outputs)
    {
        LayerRecord record = Record(operation, input, input with { Channels = outputs }, -128) with { OutputZeroPoint = 3 };
        LayerContent content = r.Convolution(record, 40);
        int perOutput = content.Weights.Count / outputs;
        content = content with
        {
            Weights =
            [
                .. content.Weights.Select(
                    (_, i) =>
                        (i / perOutput % 3) switch
                        {
                            0 => 127,
                            1 => -127,
                            _ => r.Next(2) == 0 ? 127 : -127,
                        }
                ),
            ],
            Multipliers =
            [
                .. content.Multipliers.Select(
                    (_, n) =>
                        (n % 4) switch
                        {
                            0 => int.MaxValue,
                            1 => 0,
                            2 => 1,
                            _ => 1 << 22,
                        }
                ),
            ],
            Biases =
            [
                .. content.Biases.Select(
                    (_, n) =>
                        (n % 4) switch
                        {
                            0 => 3,
                            1 => 1_900_000_000,
                            2 => -1_900_000_000,
                            _ => r.Between(-5_000_000, 5_000_000),
                        }
                ),
            ],
        };
        sbyte[] map =
        [
            .. Enumerable
                .Range(0, input.Count)
                .Select(_ =>
                    (sbyte)(
                        r.Next(4) switch
                        {
                            0 => 127,
                            1 => r.Between(-128, 127),
                            _ => -128,
                        }
                    )
                ),
        ];
        return LayerVector.Compute(content, map, []);
    }

    private static byte[] Pool(
        RandomLayers r,
        MapShape map,
        int patch,
        int stride,
        int h1,
        int h2,
        int recurrent = 3000,
        int gate = 4000,
        int input = 1500,
        int shift = 5
    )
    {
        int padding = patch == 0 ? 0 : (patch - stride) / 2;
        int Out(int n) => patch == 0 ? 1 : ((n + (2 * padding) - patch) / stride) + 1;
        LayerRecord record = Record(LayerOperation.RnnPool, map, new MapShape(Out(map.Width), Out(map.Height), 4 * h2), -128) with
        {
            Patch = patch,
            Stride = stride,
            Hidden1 = h1,
            Hidden2 = h2,
            InputShift = shift,
            OutputScale = 1f / 128,
        };
        return LayerVector.Compute(r.RnnPool(record, recurrent, gate, input), r.Map(map), []);
    }

    private static byte[] Head(RandomLayers r, MapShape input, int outputs, int classes, int spread)
    {
        LayerRecord record = Record(LayerOperation.Head, input, input with { Channels = outputs }, 9) with
        {
            ClassOutputs = classes,
            CellAnchors = (outputs - classes) / 4,
            FractionBits = 10,
            BoxFractionBits = 11,
        };
        LayerContent content = r.Convolution(record, spread);
        return LayerVector.Compute(
            content with
            {
                Anchors = [.. Enumerable.Repeat(new PackageAnchor(160, 192, (classes / record.CellAnchors) - 1), record.CellAnchors)],
            },
            r.Map(input),
            []
        );
    }

    private static byte[] Average(RandomLayers r, MapShape input)
    {
        LayerRecord record = Record(LayerOperation.AveragePool, input, new MapShape(1, 1, input.Channels), -128) with
        {
            OutputZeroPoint = -100,
            OutputScale = 0.02f,
        };
        return LayerVector.Compute(RandomLayers.AveragePool(record), r.Map(input), []);
    }

    private static byte[] Dense(RandomLayers r, int inputs, int outputs)
    {
        LayerRecord record = Record(LayerOperation.Dense, new MapShape(1, 1, inputs), new MapShape(1, 1, outputs), -100) with
        {
            FractionBits = 9,
        };
        return LayerVector.Compute(r.Convolution(record, 6000), r.Map(record.Input), []);
    }
}
