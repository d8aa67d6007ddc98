using System.Text.Json;
using RNNPool.Edge.Pipeline.Coprocessor;
using RNNPool.Edge.Pipeline.Engines;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Tests.Support;

namespace RNNPool.Edge.Tests.Cli.Classifiers;

/// <summary>The commands with a classifier: tests/models/tiny-person, which knows the astronaut from the cat and the cup.</summary>
public sealed class ClassifierCommandTests : IDisposable
{
    private const int Announced = 1200;

    private const string Model = "tests/models/tiny-person";
    private const string Astronaut = "samples/pictures/astronaut.jpg";
    private readonly string _folder = Directory.CreateTempSubdirectory("classifier-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Detect_finds_a_person_all_over_the_picture_and_none_in_the_cat()
    {
        (int code, string output, string error) = await CommandLine.InvokeAsync(
            "detect",
            "--model",
            Model,
            "--json",
            "--annotate",
            _folder,
            Astronaut,
            "samples/pictures/chelsea.jpg"
        );

        Assert.Equal((0, ""), (code, error));
        JsonElement[] files = [.. JsonDocument.Parse(output).RootElement.EnumerateArray()];
        JsonElement person = Assert.Single(files[0].GetProperty("detections").EnumerateArray());
        Assert.Equal("person", person.GetProperty("label").GetString());
        Assert.Equal(
            (512, 1),
            (person.GetProperty("box").GetProperty("width").GetInt32(), person.GetProperty("boxFraction").GetProperty("height").GetDouble())
        );
        Assert.Equal(0, files[1].GetProperty("detections").GetArrayLength());
        Assert.True(File.Exists(Path.Combine(_folder, "astronaut.detections.jpg")));
    }

    [Theory]
    [InlineData("onnx")]
    [InlineData("simd")]
    [InlineData("interpreter")]
    public async Task Eval_gives_accuracy_and_confusion_in_both_engines(string engine)
    {
        string csv = Csv(
            "image,label,source,gray,box_area\nastronaut.jpg,person,nasa,0,0.4\nchelsea.jpg,none,cats,0,\ncoffee.jpg,person,cats,1,0.01\n"
        );

        (int code, string output, string error) = await CommandLine.InvokeAsync(
            "eval",
            csv,
            "--model",
            Model,
            "--engine",
            engine,
            "--json"
        );

        Assert.Equal((0, ""), (code, error));
        JsonElement figures = JsonDocument.Parse(output).RootElement;
        Assert.Equal(("tiny-person", engine), (figures.GetProperty("model").GetString(), figures.GetProperty("engine").GetString()));
        Assert.Equal((3, 2), (figures.GetProperty("images").GetInt32(), figures.GetProperty("positives").GetInt32()));
        Assert.Equal((0.6667, 0.75), (figures.GetProperty("accuracy").GetDouble(), figures.GetProperty("balancedAccuracy").GetDouble()));
        Assert.Equal("[[1,0],[1,1]]", JsonSerializer.Serialize(figures.GetProperty("confusion")));
        Assert.Equal(["cats", "nasa"], figures.GetProperty("bySource").EnumerateArray().Select(row => row.GetProperty("name").GetString()));
        Assert.Equal([0.0, 1.0], figures.GetProperty("byArea").EnumerateArray().Select(row => row.GetProperty("recall").GetDouble()));
        Assert.Equal(2, figures.GetProperty("mixed").GetProperty("images").GetInt32());
        Assert.True(figures.GetProperty("medianMs").GetDouble() > 0);

        (code, output, _) = await CommandLine.InvokeAsync("eval", csv, "--model", Model, "--engine", engine);
        Assert.Equal(0, code);
        Sentence.AssertNames(output, "person|none");
    }

    [Theory]
    [InlineData("image,width,height,x,y,w,h\n", 1, "set.csv|1|label")]
    [InlineData("image,label\na.jpg,dog\n", 1, "set.csv|2|label|'dog'|none, person")]
    [InlineData("image,label\ngone.jpg,none\n", 1, "gone.jpg")]
    [InlineData("image,label\nset.csv,none\n", 1, "set.csv")]
    public async Task Wrong_labels_are_one_sentence(string text, int expected, string names)
    {
        (int code, _, string error) = await CommandLine.InvokeAsync("eval", Csv(text), "--model", Path.Combine(Samples.Root, Model));

        Assert.Equal(expected, code);
        Sentence.AssertNames(error, names);
        Assert.StartsWith("error: ", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("eval set.csv --model tests/models/tiny-person --engine tensorflow", 4, "--engine|'tensorflow'")]
    [InlineData("eval set.csv --model tests/models/tiny-person --plot curve.svg", 2, "tiny-person")]
    [InlineData("bench no-such-model", 1, "no-such-model")]
    [InlineData("bench --iterations 9", 2, "--iterations|9|10|100000")]
    [InlineData("bench face-qvga --picture gone.jpg", 1, "gone.jpg")]
    public async Task What_cannot_be_is_one_sentence(string arguments, int expected, string names)
    {
        (int code, string output, string error) = await CommandLine.InvokeAsync(arguments.Split(' '));

        Assert.Equal((expected, ""), (code, output));
        Assert.StartsWith("error: ", error, StringComparison.Ordinal);
        Sentence.AssertNames(error, names);
    }

    [Fact]
    public async Task A_package_is_quantized_verified_inspected_and_compared()
    {
        string package = Path.Combine(_folder, "model.rnnp");
        (int code, _, string error) = await CommandLine.InvokeAsync(
            "model",
            "quantize",
            "--arch",
            $"{Model}/arch.json",
            "--weights",
            $"{Model}/weights.safetensors",
            "--calibration",
            "samples/pictures",
            "--out",
            package,
            "--json"
        );
        Assert.Equal((0, ""), (code, error));
        Assert.Equal(
            await File.ReadAllBytesAsync(Path.Combine(Samples.Root, Model, "model.rnnp"), TestContext.Current.CancellationToken),
            await File.ReadAllBytesAsync(package, TestContext.Current.CancellationToken)
        );

        (code, string output, _) = await CommandLine.InvokeAsync("model", "verify", Model);
        Assert.Equal(0, code);
        Assert.Contains(": valid", output, StringComparison.Ordinal);
        (code, output, _) = await CommandLine.InvokeAsync("model", "inspect", Model, "--json");
        Assert.Equal((0, "classification"), (code, JsonDocument.Parse(output).RootElement.GetProperty("task").GetString()));

        string csv = Csv("image,label\nastronaut.jpg,person\nchelsea.jpg,none\ncoffee.jpg,none\n");
        (code, output, error) = await CommandLine.InvokeAsync("model", "compare", Model, csv, "--json");
        Assert.Equal((0, ""), (code, error));
        JsonElement classes = JsonDocument.Parse(output).RootElement.GetProperty("classifications");
        Assert.Equal(
            (1, 1, 3),
            (
                classes.GetProperty("floatAccuracy").GetDouble(),
                classes.GetProperty("quantizedAccuracy").GetDouble(),
                classes.GetProperty("sameCount").GetInt32()
            )
        );
        Assert.InRange(classes.GetProperty("largestScoreDifference").GetDouble(), 0, 0.05);

        (code, output, _) = await CommandLine.InvokeAsync("model", "compare", Model, "samples/pictures");
        Assert.Equal(0, code);
        Assert.Contains("0.50", output, StringComparison.Ordinal);
        Assert.DoesNotContain("accuracy", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bench_measures_a_detector_and_a_classifier()
    {
        (int code, string output, string error) = await CommandLine.RunAsync(
            "bench",
            "face-qvga",
            Model,
            "--iterations",
            "10",
            "--warm-up",
            "2",
            "--threads",
            "2",
            "--layers",
            "--json"
        );

        Assert.Equal((0, ""), (code, error));
        JsonElement[] reports = [.. JsonDocument.Parse(output).RootElement.EnumerateArray()];
        Assert.Equal(["face-qvga", "tiny-person"], reports.Select(report => report.GetProperty("model").GetString()));
        Assert.All(reports, report =>
        {
            JsonElement one = report.GetProperty("oneThread");
            Assert.True(
                one.GetProperty("medianMs").GetDouble() > 0
                    && one.GetProperty("p99Ms").GetDouble() >= one.GetProperty("medianMs").GetDouble()
                    && one.GetProperty("cpuMs").GetDouble() > 0
            );
            Assert.True(report.GetProperty("interpreter").GetProperty("medianMs").GetDouble() > 0);
            Assert.True(
                report.GetProperty("picturesPerSecond").GetDouble() > 0
                    && report.GetProperty("decodeMs").GetDouble() > 0
                    && report.GetProperty("fitMs").GetDouble() > 0
            );
            JsonElement layers = report.GetProperty("layers");
            Assert.True(layers.GetProperty("peakPerMicrosecond").GetDouble() > 0 && layers.GetProperty("convolutionShare").GetDouble() > 0);
            Assert.Contains(layers.GetProperty("layers").EnumerateArray(), layer =>
                layer.GetProperty("operation").GetString() == "RnnPool" && layer.GetProperty("microseconds").GetDouble() > 0
            );
            // In native code, ONNX Runtime's wrapper makes two small objects for each inference.
            Assert.InRange(report.GetProperty("allocatedBytes").GetDouble(), 0, CommandLine.IsPackaged ? 48 : 0);
        });
        Assert.True(reports[0].GetProperty("multiplyAdds").GetInt64() > reports[1].GetProperty("multiplyAdds").GetInt64());
        Assert.True(reports[0].GetProperty("loadMs").GetDouble() > 0 && reports[0].GetProperty("residentMegabytes").GetDouble() > 10);

        (code, output, _) = await CommandLine.RunAsync("bench", Model, "--iterations", "10", "--warm-up", "0", "--threads", "1");
        Assert.Equal(0, code);
        string[] lines = [.. output.Split('\n').Where(line => line.Trim().Length > 0)];
        Assert.Single(lines[..^1].Select(line => line.Length).Distinct());
        Assert.StartsWith("10 ", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_demo_plays_with_a_classifier_too()
    {
        using CommandLine demo = CommandLine.Start("demo", "--once", "--fps", "30", "--port", "0", "--model", Model);

        Assert.Equal(0, await demo.ExitAsync());
        Assert.Contains(demo.Logged(Announced), line => line.Contains("\"label\":\"person\"", StringComparison.Ordinal));
    }

    private string Csv(string text)
    {
        foreach (string picture in Directory.EnumerateFiles(Path.Combine(Samples.Root, "samples/pictures")))
            File.Copy(picture, Path.Combine(_folder, Path.GetFileName(picture)), overwrite: true);
        string path = Path.Combine(_folder, "set.csv");
        File.WriteAllText(path, text);
        return path;
    }
}
