using System.Text;
using System.Text.Json.Nodes;
using RNNPool.Edge.Models.Arch;
using RNNPool.Edge.Testing;
using Xunit;

namespace RNNPool.Edge.Models.Tests.Arch;

public sealed class ArchitectureReaderTests
{
    [Fact]
    public void Everything_is_read()
    {
        NetworkArchitecture network = ArchJson.Parse(ArchJson.Detector());
        Assert.Equal(("tiny", NetworkTask.Detection), (network.Name, network.Task));
        Assert.Equal(new InputSpec(64, 48, 1, 128, 128), network.Input);
        Assert.Equal(new DetectionSpec(0.1f, 0.2f, 0.5f, 0.4f, 100), network.Detection);
        Assert.Equal(new ConvLayer("stem", 3, 4, 2, Activation.Relu6), network.Layers[0]);
        Assert.Equal(new RnnPoolLayer("pool", 8, 4, 6, 5, GateKind.Hard), network.Layers[1]);
        Assert.Equal(new BottleneckLayer("b1", 2, 20, 2, 1), network.Layers[2]);
        Assert.Equal(new SeparableLayer("s1", 24, 1, 2), network.Layers[4]);
        var first = Assert.IsType<HeadLayer>(network.Layers[3]);
        Assert.Equal([new(9, 11, 3), new AnchorShape(18, 22, 1)], first.Anchors);
        Assert.Null(first.L2NormScale);
        Assert.Equal(10, Assert.IsType<HeadLayer>(network.Layers[5]).L2NormScale);

        network = ArchJson.Parse(ArchJson.Classifier());
        Assert.Null(network.Detection);
        Assert.Equal(["none", "person"], network.Labels);
        Assert.Equal(["person"], network.ObjectLabels);
        Assert.Equal(new ConvLayer("stem", 5, 4, 2, Activation.None), network.Layers[0]);
        Assert.Equal(new RnnPoolLayer("pool", 6, 4, 4, 4, GateKind.Smooth), network.Layers[1]);
        Assert.True(Assert.IsType<RnnPoolLayer>(network.Layers[2]).IsGlobal);
        Assert.Equal(0, network.Anchors.Count);
    }

    [Fact]
    public void A_network_may_make_its_input_smaller_first()
    {
        Assert.Equal(new ResizeLayer("shrink", 0.75f), ArchJson.Parse(ArchJson.Shrinking(0.75)).Layers[0]);
        AssertNamed("layers[0].scale", () => ArchJson.Parse(ArchJson.Shrinking(1.5)));
    }

    [Fact]
    public void A_network_says_how_frames_are_fitted()
    {
        Assert.Equal(InputFit.Letterbox, ArchJson.Parse(ArchJson.Detector()).Input.Fit);
        Assert.Equal(InputFit.Letterbox, ArchJson.Parse(Change(ArchJson.Detector(), "input/fit", "\"letterbox\"")).Input.Fit);
        Assert.Equal(InputFit.Stretch, ArchJson.Parse(Change(ArchJson.Classifier(), "input/fit", "\"stretch\"")).Input.Fit);
    }

    // Each case: path to a node ("/" separates), its new JSON (null removes it), the path that the error names.
    public static TheoryData<string, string?, string> WrongDetectors =>
        new()
        {
            { "format", "\"other\"", "format" },
            { "format", null, "format" },
            { "version", "2", "version" },
            { "name", "\"Tiny\"", "name" },
            { "name", "\"../../etc\"", "name" },
            { "task", "\"segmentation\"", "task" },
            { "colour", "1", "colour" },
            { "input", "[]", "input" },
            { "input/width", "4", "input.width" },
            { "input/width", "64.5", "input.width" },
            { "input/height", "\"48\"", "input.height" },
            { "input/height", "1e9", "input.height" },
            { "input/channels", "2", "input.channels" },
            { "input/mean", "300", "input.mean" },
            { "input/scale", "0", "input.scale" },
            { "input/scale", "1e999", "input.scale" },
            { "labels", "[]", "labels" },
            { "labels", "[\"a\", \"b\"]", "labels" },
            { "labels/0", "\"\"", "labels[0]" },
            { "layers", "{}", "layers" },
            { "layers", "[]", "layers" },
            { "layers/0", "null", "layers[0]" },
            { "layers/0/type", "\"pool\"", "layers[0].type" },
            { "layers/0/type", null, "layers[0].type" },
            { "layers/0/kernel", "4", "layers[0].kernel" },
            { "layers/0/kernal", "3", "layers[0].kernal" },
            { "layers/0/activation", "\"gelu\"", "layers[0].activation" },
            { "layers/0/name", "\"a/b\"", "layers[0].name" },
            { "layers/1/stride", "9", "layers[1].stride" },
            { "layers/1/patch", null, "layers[1]" },
            { "layers/1/gate", "\"soft\"", "layers[1].gate" },
            { "layers/2/channels", "0", "layers[2].channels" },
            { "layers/2/channels", "1000000", "layers[2].channels" },
            { "layers/2/name", "\"stem\"", "layers[2]" },
            { "layers/2/type", "\"averagepool\"", "layers[2].expansion" },
            { "layers/3/anchors", "[]", "layers[3].anchors" },
            { "layers/3/anchors/1/width", "-1", "layers[3].anchors[1].width" },
            { "layers/3/anchors/0/background", "17", "layers[3].anchors[0].background" },
            { "detection", null, "detection" },
            { "detection/variances", "[0.1]", "detection.variances" },
            { "detection/scoreThreshold", "1", "detection.scoreThreshold" },
            { "detection/maxDetections", "0", "detection.maxDetections" },
        };

    [Theory]
    [MemberData(nameof(WrongDetectors))]
    public void A_wrong_value_is_named_with_its_path(string path, string? json, string named) =>
        AssertNamed(named, () => ArchJson.Parse(Change(ArchJson.Detector(), path, json)));

    [Theory]
    [InlineData("labels", "[\"one\"]", "labels")]
    [InlineData("labels", "[\"a\", \"b\", \"c\"]", "layers[3].channels")]
    [InlineData("input/fit", "\"crop\"", "input.fit")]
    [InlineData("layers/3", null, "layers[2]")]
    [InlineData("layers/2", null, "layers[2]")]
    [InlineData("detection", "{}", "detection")]
    [InlineData("layers/0", "{ \"type\": \"head\", \"anchors\": [ { \"width\": 9, \"height\": 9 } ] }", "layers[0]")]
    public void A_wrong_classifier_is_named_with_its_path(string path, string? json, string named) =>
        AssertNamed(named, () => ArchJson.Parse(Change(ArchJson.Classifier(), path, json)));

    [Theory]
    [InlineData("", "1")]
    [InlineData("{\n \"format\": }", "2")]
    [InlineData("[1, 2]", "document")]
    [InlineData("{ \"format\": \"rnnpool-arch\", \"format\": \"rnnpool-arch\" }", "JSON")]
    [InlineData("[[[[[[[[[[[[]]]]]]]]]]]]", "1")]
    public void Text_that_is_no_description_is_refused(string text, string names)
    {
        string message = Assert.Throws<ModelException>(() => ArchJson.Parse(text)).Message;
        Assert.StartsWith("arch.json: ", message, StringComparison.Ordinal);
        Sentence.AssertNames(message, names);
    }

    [Theory]
    [InlineData("{ \"format\": \"\\uD800\" }")]
    [InlineData("{ \"\\uD800\": 1 }")]
    [InlineData("{ \"format\": \"rnnpool-arch\", \"version\": 1, \"\\uDC00x\": 1 }")]
    public void Text_that_is_not_Unicode_is_refused(string text) =>
        Assert.StartsWith("arch.json: ", Assert.Throws<ModelException>(() => ArchJson.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Any_bytes_give_a_network_or_one_sentence()
    {
        byte[] text = Encoding.UTF8.GetBytes(ArchJson.Detector().ToJsonString());
        var random = new Random(4);
        for (int i = 0; i < 3000; i++)
        {
            byte[] changed = [.. text];
            for (int j = random.Next(1, 4); j > 0; j--)
                changed[random.Next(changed.Length)] = (byte)random.Next(256);
            try
            {
                NetworkArchitecture.Parse(changed, "arch.json");
            }
            catch (ModelException error)
            {
                Assert.StartsWith("arch.json: ", error.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void A_network_that_would_take_the_machine_down_is_refused()
    {
        JsonObject huge = ArchJson.Detector();
        (huge["input"]!["width"], huge["input"]!["height"]) = (4096, 4096);
        huge["layers"]![0]!["channels"] = 4096;
        Assert.Contains("2048x2048x4096", Assert.Throws<ModelException>(() => ArchJson.Parse(huge)).Message, StringComparison.Ordinal);

        JsonObject wide = ArchJson.Detector();
        (wide["layers"]![2]!["channels"], wide["layers"]![4]!["channels"]) = (4096, 4096);
        wide["layers"]![2]!["expansion"] = 64;
        Assert.Contains("parameters", Assert.Throws<ModelException>(() => ArchJson.Parse(wide)).Message, StringComparison.Ordinal);

        JsonObject dense = ArchJson.Detector();
        (dense["input"]!["width"], dense["input"]!["height"]) = (4096, 4096);
        dense["layers"]![3]!["anchors"] = new JsonArray([
            .. Enumerable.Range(0, 16).Select(_ => JsonNode.Parse("{ \"width\": 8, \"height\": 8 }")),
        ]);
        Assert.Contains("anchors", Assert.Throws<ModelException>(() => ArchJson.Parse(dense)).Message, StringComparison.Ordinal);

        Assert.StartsWith(
            "arch.json: ",
            Assert.Throws<ModelException>(() => ArchJson.Parse(new string(' ', ArchitectureReader.MaxBytes + 1))).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_patch_larger_than_its_padded_map_is_refused()
    {
        JsonObject small = ArchJson.Detector();
        (small["input"]!["width"], small["input"]!["height"]) = (8, 16);
        small["layers"]![1]!["stride"] = 8;
        AssertNamed("layers[1]", () => ArchJson.Parse(small));
    }

    [Fact]
    public void Any_change_to_the_text_gives_a_network_or_one_sentence()
    {
        string text = ArchJson.Detector().ToJsonString();
        var random = new Random(3);
        for (int i = 0; i < 3000; i++)
        {
            char[] changed = text.ToCharArray();
            for (int j = random.Next(1, 4); j > 0; j--)
                changed[random.Next(changed.Length)] = "0123456789-.e,:{}[]\"a"[random.Next(21)];
            try
            {
                ArchJson.Parse(new string(changed));
            }
            catch (ModelException error)
            {
                Assert.StartsWith("arch.json: ", error.Message, StringComparison.Ordinal);
                Assert.DoesNotContain('\n', error.Message);
            }
        }
    }

    private static void AssertNamed(string path, Action parse) =>
        Assert.StartsWith($"arch.json: {path} ", Assert.Throws<ModelException>(parse).Message, StringComparison.Ordinal);

    private static JsonObject Change(JsonObject root, string path, string? json)
    {
        string[] steps = path.Split('/');
        JsonNode parent = root;
        foreach (string step in steps[..^1])
            parent = parent is JsonArray list ? list[int.Parse(step)]! : parent[step]!;
        if (parent is JsonArray array)
        {
            int index = int.Parse(steps[^1]);
            if (json is null)
                array.RemoveAt(index);
            else
                array[index] = JsonNode.Parse(json);
        }
        else if (json is null)
        {
            parent.AsObject().Remove(steps[^1]);
        }
        else
        {
            parent[steps[^1]] = JsonNode.Parse(json);
        }

        return root;
    }
}
