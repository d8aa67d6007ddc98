using RNNPool.Edge.Models.Interpreter;
using RNNPool.Edge.Models.Packages;
using RNNPool.Edge.Models.Tests.Packages;
using Xunit;

namespace RNNPool.Edge.Models.Tests.Vectors;

public sealed class PackageVectorTests
{
    private static readonly Dictionary<string, Func<PackageSketch>> Cases = new()
    {
        ["detector"] = () => PackageSketch.Detector(11),
        ["detector-odd"] = () => PackageSketch.Detector(12, 45, 31),

        // The picture's last row is in no window: the map's last row is written before that row arrives.
        ["unread-rows"] = () => new PackageSketch("unread-rows", new MapShape(24, 9, 1), 15).Pool(4, 4, 8, 4).AveragePool().Dense(3),

        // The last streamed stage reads its input row while it writes the map's last row, and little memory lies in front of that row.
        ["pointwise-last"] = () =>
            new PackageSketch("pointwise-last", new MapShape(20, 9, 1), 16)
                .Pointwise(20, relu: true)
                .Pointwise(5, relu: true)
                .Head((150, 180, 1)),
        ["classifier-average"] = () => PackageSketch.Classifier(13, rnnTail: false),
        ["classifier-rnn"] = () => PackageSketch.Classifier(14, rnnTail: true),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_interpreter_gives_the_golden_bytes(string name)
    {
        PackageSketch sketch = Cases[name]();
        byte[] file = sketch.Write();
        VectorFolder.Check($"packages/{name}.rnnp", file);
        var interpreter = new QuantizedInterpreter(ModelPackage.Parse(file, name));
        MapShape shape = interpreter.Package.Header.Input;
        byte[][] pictures =
        [
            sketch.Random.Picture(shape),
            [.. Enumerable.Range(0, shape.Count).Select(i => (byte)(i * 7 / 5))],
            new byte[shape.Count],
        ];
        VectorFolder.Check($"packages/{name}.run", RunFile.Compute(interpreter, pictures, withPictures: true, withOutputs: true));
    }

    [Theory]
    [InlineData("detector")]
    [InlineData("detector-odd")]
    public void Detectors_find_something_and_drop_something(string name)
    {
        PackageSketch sketch = Cases[name]();
        ModelPackage package = ModelPackage.Parse(sketch.Write(), name);
        byte[] picture = sketch.Random.Picture(package.Header.Input);
        var interpreter = new QuantizedInterpreter(package);
        var everything = new QuantizedInterpreter(
            package,
            new DecodingOptions
            {
                NmsIou = 1,
                MaxCandidates = 10000,
                MaxDetections = 10000,
            }
        );
        interpreter.Run(picture);
        everything.Run(picture);
        Assert.InRange(interpreter.Detections.Length, 2, everything.Detections.Length - 1);
    }
}
