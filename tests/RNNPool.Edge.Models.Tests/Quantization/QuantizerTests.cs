using RNNPool.Edge.Models.Arch;
using RNNPool.Edge.Models.FloatNetworks;
using RNNPool.Edge.Models.Packages;
using RNNPool.Edge.Models.Quantization;
using RNNPool.Edge.Models.Safetensors;
using RNNPool.Edge.Testing;
using Xunit;

namespace RNNPool.Edge.Models.Tests.Quantization;

public sealed class QuantizerTests
{
    [Fact]
    public void A_package_reads_the_picture_that_a_resize_layer_would_make()
    {
        const string Shrink = """{ "type": "resize", "name": "shrink", "scale": 0.75 },""";
        string arch = RandomNetwork
            .Detector.Replace("\"width\": 48, \"height\": 40", "\"width\": 64, \"height\": 54", StringComparison.Ordinal)
            .Replace("\"layers\": [", "\"layers\": [" + Shrink, StringComparison.Ordinal);
        var random = new RandomNetwork(7);
        FloatNetwork network = random.Build(arch);

        QuantizationResult quantized = Quantize(network, random.Pictures(3, network.Architecture.Input), new QuantizerOptions());
        ModelPackage package = ModelPackage.Parse(quantized.Package, "shrunk");

        Assert.Equal((48, 40), (package.Header.Input.Width, package.Header.Input.Height));
        Assert.Equal("stem", package.Layers[0].Record.Name);
        Assert.Equal(random.Architecture.Anchors.Count, network.Architecture.Anchors.Count);
        for (int i = 0; i < network.Architecture.Anchors.Count; i++)
        {
            (Anchor large, Anchor small) = (random.Architecture.Anchors.Anchors[i], network.Architecture.Anchors.Anchors[i]);
            Assert.Equal(large.CenterX * 0.75, small.CenterX, 1e-3);
            Assert.Equal(large.CenterY * 0.75, small.CenterY, 1e-3);
            Assert.Equal(large.Width * 0.75, small.Width, 1e-3);
            Assert.Equal(large.Height * 0.75, small.Height, 1e-3);
        }
    }

    [Theory]
    [InlineData(1, RangeChoice.MinMax)]
    [InlineData(2, RangeChoice.MeanSquare)]
    public void A_quantized_detector_stays_close_to_the_float_network(int seed, RangeChoice ranges)
    {
        var random = new RandomNetwork((ulong)seed);
        FloatNetwork network = random.Build(RandomNetwork.Detector);
        AssertClose(network, random, new QuantizerOptions { Ranges = ranges });
    }

    [Theory]
    [InlineData("{ \"type\": \"averagepool\", \"name\": \"average\" }")]
    [InlineData(
        "{ \"type\": \"rnnpool\", \"name\": \"tail\", \"patch\": 0, \"stride\": 1, \"hidden1\": 8, \"hidden2\": 6, \"gate\": \"hard\" }"
    )]
    public void A_quantized_classifier_stays_close_to_the_float_network(string tail)
    {
        var random = new RandomNetwork(3);
        FloatNetwork network = random.Build(RandomNetwork.ClassifierWith(tail));
        AssertClose(network, random, new QuantizerOptions());
    }

    [Fact]
    public void The_package_says_what_the_architecture_says()
    {
        var random = new RandomNetwork(4);
        FloatNetwork network = random.Build(RandomNetwork.Detector);
        ModelPackage package = ModelPackage.Parse(
            Quantize(network, random.Pictures(2), new QuantizerOptions { MaxCandidates = 32 }).Package,
            "p"
        );
        PackageHeader header = package.Header;
        Assert.Equal(("tiny", new MapShape(48, 40, 1), false), (header.Name, header.Input, header.IsClassifier));
        Assert.Equal((26214, 29491, 6554, 18910), (header.ScoreThreshold, header.NmsIou, header.CenterVariance, header.SizeVariance));
        Assert.Equal((32, 32), (header.MaxCandidates, header.MaxDetections));
        Assert.Equal((6 * 5 * 2) + (3 * 3), header.AnchorCount);
        PackageLayer head = package.Layers.First(layer => layer.Record.Operation == LayerOperation.Head);
        Assert.Equal([152, 176, 3, 0, 288, 352, 1, 0], head.Anchors.ToArray());
        Assert.Equal(Math.Round(Math.Log(0.4 / 0.6) * (1 << head.Record.FractionBits)), head.Record.Threshold);
        Assert.Equal(ArenaPlan.Compute(package).Bytes, header.ArenaBytes);
    }

    [Fact]
    public void A_residual_chain_shares_scale_and_zero_point()
    {
        var random = new RandomNetwork(5);
        ModelPackage package = ModelPackage.Parse(
            Quantize(random.Build(RandomNetwork.Detector), random.Pictures(2), new QuantizerOptions()).Package,
            "p"
        );
        LayerRecord[] chain =
        [
            .. package
                .Layers.Select(layer => layer.Record)
                .Where(record => record.Name is "b1.0.project" or "b2.0.project" or "b2.1.project"),
        ];
        Assert.Equal(3, chain.Length);
        Assert.Single(chain.Select(record => (record.OutputScale, record.OutputZeroPoint)).Distinct());
        Assert.All(chain[1..], record => Assert.NotNull(record.ResidualOf));
    }

    [Fact]
    public void A_ratio_that_is_not_representable_is_named()
    {
        var random = new RandomNetwork(6);
        random.Build(RandomNetwork.Detector);
        random.Scale("pool.rnn1.U", 100);
        FloatNetwork network = FloatNetwork.Load(random.Architecture, SafetensorsFile.Parse(random.File(), "w"));
        ModelException exception = Assert.Throws<ModelException>(() => Quantize(network, random.Pictures(1), new QuantizerOptions()));
        Assert.Contains("'pool'", exception.Message, StringComparison.Ordinal);
        Assert.Contains("rnn1.U", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"gate\": \"hard\"", "\"gate\": \"smooth\"", "gate")]
    [InlineData("\"kernel\": 3", "\"kernel\": 5", "kernel|5")]
    [InlineData("\"mean\": 128.0", "\"mean\": 100.0", "mean|100")]
    [InlineData("\"expansion\": 1, \"channels\": 10", "\"expansion\": 1, \"channels\": 24", "RNNPool")]
    public void What_a_package_cannot_hold_is_refused(string original, string replacement, string names)
    {
        var random = new RandomNetwork(7);
        ModelException exception = Assert.Throws<ModelException>(() =>
            Quantize(
                random.Build(RandomNetwork.Detector.Replace(original, replacement, StringComparison.Ordinal)),
                random.Pictures(1),
                new QuantizerOptions()
            )
        );
        Sentence.AssertNames(exception.Message, names);
    }

    [Fact]
    public void Biases_take_up_the_error_of_the_weights()
    {
        var random = new RandomNetwork(8);
        FloatNetwork network = random.Build(RandomNetwork.Detector);
        ReadOnlyMemory<byte>[] pictures = random.Pictures(8);
        double[] means = [MeanError(network, pictures, true), MeanError(network, pictures, false)];
        Assert.True(means[0] < means[1], $"with correction {means[0]}, without {means[1]}");
    }

    [Fact]
    public void The_same_input_gives_the_same_package()
    {
        var random = new RandomNetwork(9);
        FloatNetwork network = random.Build(RandomNetwork.Detector);
        ReadOnlyMemory<byte>[] pictures = random.Pictures(3);
        Assert.Equal(
            Quantize(network, pictures, new QuantizerOptions()).Package,
            Quantize(network, pictures, new QuantizerOptions()).Package
        );
    }

    [Fact]
    public void Another_networks_package_cannot_be_compared()
    {
        var random = new RandomNetwork(10);
        ModelPackage package = ModelPackage.Parse(
            Quantize(random.Build(RandomNetwork.Detector), random.Pictures(1), new QuantizerOptions()).Package,
            "p"
        );
        FloatNetwork other = new RandomNetwork(11).Build(
            RandomNetwork.ClassifierWith("{ \"type\": \"averagepool\", \"name\": \"average\" }")
        );
        Assert.Throws<ModelException>(() => new LayerComparison(other, package));
    }

    private static QuantizationResult Quantize(
        FloatNetwork network,
        IReadOnlyList<ReadOnlyMemory<byte>> pictures,
        QuantizerOptions options
    ) => Quantizer.Quantize(network, pictures, options, progress: null, TestContext.Current.CancellationToken);

    private static void AssertClose(FloatNetwork network, RandomNetwork random, QuantizerOptions options)
    {
        ReadOnlyMemory<byte>[] pictures = random.Pictures(8);
        var comparison = new LayerComparison(network, ModelPackage.Parse(Quantize(network, pictures, options).Package, "p"));
        foreach (ReadOnlyMemory<byte> picture in pictures)
            comparison.Add(picture.Span);
        Assert.All(comparison.Layers, layer => Assert.True(layer.Decibels > 20, $"{layer.Name}: {layer.Decibels} dB"));
    }

    // Mean over the channels of the first projection of |mean of the output's error|.
    private static double MeanError(FloatNetwork network, ReadOnlyMemory<byte>[] pictures, bool correct)
    {
        ModelPackage package = ModelPackage.Parse(
            Quantize(network, pictures, new QuantizerOptions { CorrectBiases = correct, Ranges = RangeChoice.MinMax }).Package,
            "p"
        );
        var interpreter = new RNNPool.Edge.Models.Interpreter.QuantizedInterpreter(package);
        int index = package.Layers.Select(layer => layer.Name).ToList().IndexOf("b1.0.project");
        LayerRecord record = package.Layers[index].Record;
        double[] errors = new double[record.Output.Channels];
        foreach (ReadOnlyMemory<byte> picture in pictures)
        {
            network.Run(picture.Span);
            interpreter.Run(picture.Span);
            for (int i = 0; i < record.Output.Count; i++)
                errors[i % errors.Length] +=
                    ((interpreter.Map(index)[i] - record.OutputZeroPoint) * record.OutputScale) - network.Map(index)[i];
        }

        return errors.Average(Math.Abs);
    }
}
