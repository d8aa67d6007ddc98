using System.Text;
using System.Text.Json.Nodes;
using RNNPool.Edge.Models.Arch;
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
        var error = Assert.Throws<ModelException>(() => ArchJson.Parse(ArchJson.Shrinking(1.5)));
        Assert.Equal("arch.json: layers[0].scale is 1.5; it must be from 0.25 to 0.999.", error.Message);
    }

    [Fact]
    public void A_network_says_how_frames_are_fitted()
    {
        Assert.Equal(InputFit.Letterbox, ArchJson.Parse(ArchJson.Detector()).Input.Fit);
        Assert.Equal(InputFit.Letterbox, ArchJson.Parse(Change(ArchJson.Detector(), "input/fit", "\"letterbox\"")).Input.Fit);
        Assert.Equal(InputFit.Stretch, ArchJson.Parse(Change(ArchJson.Classifier(), "input/fit", "\"stretch\"")).Input.Fit);
    }

    // Each case: path to a node ("/" separates), its new JSON (null removes it), the sentence.
    public static TheoryData<string, string?, string> WrongDetectors =>
        new()
        {
            { "format", "\"other\"", "format is not 'rnnpool-arch', so this does not describe an RNNPool network." },
            { "format", null, "format is missing." },
            { "version", "2", "version is 2; it must be a whole number from 1 to 1." },
            { "name", "\"Tiny\"", "name must consist of lower-case letters, digits, dots, hyphens and underscores." },
            { "name", "\"../../etc\"", "name must consist of lower-case letters, digits, dots, hyphens and underscores." },
            { "task", "\"segmentation\"", "task is 'segmentation'; it must be detection or classification." },
            { "colour", "1", "colour is not known; known here are format, version, name, task, input, labels, layers, detection." },
            { "input", "[]", "input is a list; it must be an object." },
            { "input/width", "4", "input.width is 4; it must be a whole number from 8 to 4096." },
            { "input/width", "64.5", "input.width is 64.5; it must be a whole number from 8 to 4096." },
            { "input/height", "\"48\"", "input.height is \"48\"; it must be a whole number." },
            { "input/height", "1e9", "input.height is 1e9; it must be a whole number from 8 to 4096." },
            { "input/channels", "2", "input.channels is 2; it must be 1 (grey) or 3 (red, green, blue)." },
            { "input/mean", "300", "input.mean is 300; it must be from 0 to 255." },
            { "input/scale", "0", "input.scale is 0; it must be from 0.001 to 1000000." },
            { "input/scale", "1e999", "input.scale is 1e999; it must be from 0.001 to 1000000." },
            { "labels", "[]", "labels has 0 items; it must have 1 to 256." },
            { "labels", "[\"a\", \"b\"]", "labels has 2 labels; a detector's heads have one score, so it must have 1." },
            { "labels/0", "\"\"", "labels[0] has 0 characters; it must have 1 to 64." },
            { "layers", "{}", "layers is an object; it must be a list." },
            { "layers", "[]", "layers has 0 items; it must have 1 to 128." },
            { "layers/0", "null", "layers[0] is null; it must be an object." },
            {
                "layers/0/type",
                "\"pool\"",
                "layers[0].type is 'pool'; it must be resize, conv, rnnpool, bottleneck, separable, head, averagepool or dense."
            },
            { "layers/0/type", null, "layers[0].type is missing." },
            { "layers/0/kernel", "4", "layers[0].kernel is 4; it must be odd." },
            { "layers/0/kernal", "3", "layers[0].kernal is not known; known here are type, name, kernel, channels, stride, activation." },
            { "layers/0/activation", "\"gelu\"", "layers[0].activation is 'gelu'; it must be relu6 or none." },
            { "layers/0/name", "\"a/b\"", "layers[0].name must consist of letters, digits, hyphens and underscores." },
            { "layers/1/stride", "9", "layers[1].stride is 9; it must be at most the patch, 8, or cells would be skipped." },
            { "layers/1/patch", null, "layers[1] has no patch; give 'patch', or '\"global\": true' for one RNNPool over the whole map." },
            { "layers/1/gate", "\"soft\"", "layers[1].gate is 'soft'; it must be hard or smooth." },
            { "layers/2/channels", "0", "layers[2].channels is 0; it must be a whole number from 1 to 4096." },
            { "layers/2/channels", "1000000", "layers[2].channels is 1000000; it must be a whole number from 1 to 4096." },
            { "layers/2/name", "\"stem\"", "layers[2] has the name 'stem', which an earlier layer has too." },
            { "layers/2/type", "\"averagepool\"", "layers[2].expansion is not known; known here are type, name." },
            { "layers/3/anchors", "[]", "layers[3].anchors has 0 items; it must have 1 to 16." },
            { "layers/3/anchors/1/width", "-1", "layers[3].anchors[1].width is -1; it must be from 0.5 to 8192." },
            { "layers/3/anchors/0/background", "17", "layers[3].anchors[0].background is 17; it must be a whole number from 1 to 16." },
            { "detection", null, "detection is missing." },
            { "detection/variances", "[0.1]", "detection.variances has 1 items; it must have 2 to 2." },
            { "detection/scoreThreshold", "1", "detection.scoreThreshold is 1; it must be from 0.0001 to 0.9999." },
            { "detection/maxDetections", "0", "detection.maxDetections is 0; it must be a whole number from 1 to 10000." },
        };

    [Theory]
    [MemberData(nameof(WrongDetectors))]
    public void A_wrong_value_is_named_with_its_path(string path, string? json, string sentence) =>
        Assert.Equal(
            "arch.json: " + sentence,
            Assert
                .Throws<ModelException>(() => ArchJson.Parse(Change(ArchJson.Detector(), path, json)))
                .Message.Replace("1E+06", "1000000", StringComparison.Ordinal)
        );

    [Theory]
    [InlineData(
        "labels",
        "[\"one\"]",
        "labels has 1 label; a classifier needs at least 2, of which the first means that nothing is there."
    )]
    [InlineData("labels", "[\"a\", \"b\", \"c\"]", "layers[3].channels is 2, but there are 3 labels.")]
    [InlineData("input/fit", "\"crop\"", "input.fit is 'crop'; it must be letterbox or stretch.")]
    [InlineData("layers/3", null, "layers[2] is not dense; a classifier ends with a dense layer.")]
    [InlineData(
        "layers/2",
        null,
        "layers[2] ('fc') is dense and needs a 1x1 map, but 4x4x16 reaches it; put averagepool or a global rnnpool before it."
    )]
    [InlineData("detection", "{}", "detection has no meaning for a classifier.")]
    [InlineData(
        "layers/0",
        "{ \"type\": \"head\", \"anchors\": [ { \"width\": 9, \"height\": 9 } ] }",
        "layers[0] is a detection head, which a classifier cannot have."
    )]
    public void A_wrong_classifier_is_named_with_its_path(string path, string? json, string sentence) =>
        Assert.Equal(
            "arch.json: " + sentence,
            Assert.Throws<ModelException>(() => ArchJson.Parse(Change(ArchJson.Classifier(), path, json))).Message
        );

    [Theory]
    [InlineData("", "arch.json: this is not valid JSON (line 1).")]
    [InlineData("{\n \"format\": }", "arch.json: this is not valid JSON (line 2).")]
    [InlineData("[1, 2]", "arch.json: the document is a list; it must be an object.")]
    [InlineData("{ \"format\": \"rnnpool-arch\", \"format\": \"rnnpool-arch\" }", "arch.json: this is not valid JSON")]
    [InlineData("[[[[[[[[[[[[]]]]]]]]]]]]", "arch.json: this is not valid JSON (line 1).")]
    public void Text_that_is_no_description_is_refused(string text, string sentence) =>
        Assert.StartsWith(sentence, Assert.Throws<ModelException>(() => ArchJson.Parse(text)).Message, StringComparison.Ordinal);

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
        Assert.Contains(
            "leaves a map of 2048x2048x4096",
            Assert.Throws<ModelException>(() => ArchJson.Parse(huge)).Message,
            StringComparison.Ordinal
        );

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

        Assert.Contains(
            "too long",
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
        Assert.Equal(
            "arch.json: layers[1] ('pool') has a patch of 8, larger than the padded map of 4x8 that reaches it.",
            Assert.Throws<ModelException>(() => ArchJson.Parse(small)).Message
        );
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
