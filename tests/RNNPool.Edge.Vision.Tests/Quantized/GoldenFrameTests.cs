using System.Runtime.InteropServices;
using System.Text.Json;
using RNNPool.Edge.Models.FloatNetworks;
using RNNPool.Edge.Models.Interpreter;
using RNNPool.Edge.Models.Packages;
using RNNPool.Edge.Models.Quantization;
using RNNPool.Edge.Models.Tests.Vectors;
using RNNPool.Edge.Vision.Detectors;
using RNNPool.Edge.Vision.Geometry;
using Xunit;

namespace RNNPool.Edge.Vision.Tests.Quantized;

public sealed class GoldenFrameTests
{
    public static TheoryData<string> Models => [.. GoldenModel.Names];

    [Theory]
    [MemberData(nameof(Models))]
    public void Whole_frames_give_the_golden_bytes(string name)
    {
        GoldenModel golden = GoldenModel.Of(name);
        byte[][] pictures = [.. golden.Entries.Select(golden.InputOf)];
        Assert.True(pictures.Length >= 8);
        VectorFolder.Check($"{name}/pictures.grey", [.. pictures.SelectMany(picture => picture)]);
        VectorFolder.Check(
            $"{name}/model.run",
            RunFile.Compute(new QuantizedInterpreter(golden.Package()), pictures, withPictures: false, withOutputs: false)
        );
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void The_float_network_gives_the_golden_tensors(string name)
    {
        GoldenModel golden = GoldenModel.Of(name);
        FloatNetwork network = golden.FloatNetwork();
        int compared = 0;
        foreach (JsonElement entry in golden.Entries)
        {
            if (!entry.TryGetProperty("logits", out JsonElement logits))
                continue;
            network.Run(golden.InputOf(entry));
            compared++;
            if (logits.ValueKind == JsonValueKind.Array)
            {
                AssertAlike(
                    [.. logits.EnumerateArray().Select(value => value.GetSingle())],
                    network.Map(network.Layers.Count - 1).ToArray(),
                    0.001f
                );
                continue;
            }

            (float[] actual, float[] offsets) = OutputsOf(network);
            AssertAlike(Read(golden, logits), actual, 0.0002f);
            AssertAlike(Read(golden, entry.GetProperty("offsets")), offsets, 0.0002f);
        }

        Assert.True(compared >= 3);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void The_package_was_made_from_these_weights(string name)
    {
        GoldenModel golden = GoldenModel.Of(name);
        var comparison = new LayerComparison(golden.FloatNetwork(), golden.Package());
        foreach (JsonElement entry in golden.Entries.Where((_, i) => i % 4 == 3))
            comparison.Add(golden.InputOf(entry));
        Assert.All(comparison.Layers, layer =>
            Assert.True(
                layer.Decibels > 12,
                $"{layer.Name}: {layer.Decibels:0.0} dB; models/quantize.sh makes model.rnnp from weights.safetensors"
            )
        );
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void What_is_seen_is_what_the_float_model_sees(string name)
    {
        GoldenModel golden = GoldenModel.Of(name);
        var interpreter = new QuantizedInterpreter(golden.Package());
        if (golden.Model.Architecture.Detection is null)
        {
            AssertClasses(golden, interpreter);
            return;
        }

        var found = new DetectionList();
        int expected = 0,
            matched = 0,
            surplus = 0;
        foreach (JsonElement entry in golden.Entries)
        {
            interpreter.Run(golden.InputOf(entry));
            found.Clear();
            PackageDetector.AddDetections(interpreter.Detections, golden.GeometryOf(entry), found);
            Detection[] boxes = [.. GoldenModel.DetectionsOf(entry)];
            expected += boxes.Length;
            matched += boxes.Count(g =>
                found.Items.ToArray().Any(d => d.Box.IntersectionOverUnion(g.Box) > 0.6f && Math.Abs(d.Score - g.Score) < 0.15f)
            );
            surplus += found.Items.ToArray().Count(d => !boxes.Any(g => d.Box.IntersectionOverUnion(g.Box) > 0.6f));
        }

        // Detections near the threshold may fall on the other side.
        Assert.True(
            expected >= 25 && matched >= 0.9 * expected && surplus <= 0.1 * expected,
            $"{matched} of {expected} matched, {surplus} more"
        );
    }

    private static void AssertClasses(GoldenModel golden, QuantizedInterpreter interpreter)
    {
        var differences = new List<double>();
        foreach (JsonElement entry in golden.Entries)
        {
            interpreter.Run(golden.InputOf(entry));
            PackageClassification seen = interpreter.Classification;
            differences.Add(Math.Abs((seen.Score / 65536.0) - entry.GetProperty("probabilities")[seen.Label].GetDouble()));
        }

        Assert.True(
            differences.Average() < 0.05 && differences.Max() < 0.2,
            $"scores differ by {differences.Average():0.000} on average, by {differences.Max():0.000} at most"
        );
    }

    private static (float[] Logits, float[] Offsets) OutputsOf(FloatNetwork network)
    {
        var logits = new List<float>();
        var offsets = new List<float>();
        for (int i = 0; i < network.Layers.Count; i++)
        {
            FloatLayer layer = network.Layers[i];
            if (layer.Operation != LayerOperation.Head)
                continue;
            for (int cell = 0; cell < layer.Output.Cells; cell++)
            {
                ReadOnlySpan<float> outputs = network.Map(i).Slice(cell * layer.Output.Channels, layer.Output.Channels);
                int first = 0;
                foreach (int backgrounds in layer.Anchors.Select(anchor => anchor.Background))
                {
                    float background = float.MinValue;
                    for (int b = 0; b < backgrounds; b++)
                        background = MathF.Max(background, outputs[first + b]);
                    logits.Add(outputs[first + backgrounds] - background);
                    first += backgrounds + 1;
                }

                offsets.AddRange(outputs[layer.ClassOutputs..]);
            }
        }

        return ([.. logits], [.. offsets]);
    }

    private static float[] Read(GoldenModel golden, JsonElement path) =>
        MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(Path.Combine(golden.Folder, path.GetString()!))).ToArray();

    private static void AssertAlike(float[] expected, float[] actual, float tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], tolerance);
    }
}
