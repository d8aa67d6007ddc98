using System.Runtime.InteropServices;
using System.Text.Json;
using RNNPool.Edge.Models.FloatNetworks;
using RNNPool.Edge.Models.Interpreter;
using RNNPool.Edge.Models.Packages;
using RNNPool.Edge.Models.Quantization;
using RNNPool.Edge.Models.Tests.Vectors;
using RNNPool.Edge.Vision.Detection;
using Xunit;

namespace RNNPool.Edge.Vision.Tests.Quantized;

public sealed class GoldenFrameTests
{
    [Fact]
    public void Whole_frames_give_the_golden_bytes()
    {
        byte[][] pictures = [.. GoldenPictures.Entries.Select(GoldenPictures.InputOf)];
        Assert.True(pictures.Length >= 20);
        VectorFolder.Check("face-qvga/pictures.grey", [.. pictures.SelectMany(picture => picture)]);
        VectorFolder.Check("face-qvga/model.run", RunFile.Compute(new QuantizedInterpreter(GoldenPictures.Package()), pictures, withPictures: false, withOutputs: false));
    }

    [Fact]
    public void The_float_network_gives_the_golden_tensors()
    {
        FloatNetwork network = GoldenPictures.FloatNetwork();
        int compared = 0;
        foreach (JsonElement entry in GoldenPictures.Entries)
        {
            if (!entry.TryGetProperty("logits", out JsonElement logits)) continue;
            network.Run(GoldenPictures.InputOf(entry));
            (float[] actual, float[] offsets) = OutputsOf(network);
            AssertAlike(Read(logits), actual);
            AssertAlike(Read(entry.GetProperty("offsets")), offsets);
            compared++;
        }

        Assert.Equal(3, compared);
    }

    [Fact]
    public void The_package_was_made_from_these_weights()
    {
        var comparison = new LayerComparison(GoldenPictures.FloatNetwork(), GoldenPictures.Package());
        foreach (JsonElement entry in GoldenPictures.Entries.Where((_, i) => i % 4 == 3)) comparison.Add(GoldenPictures.InputOf(entry));
        Assert.All(comparison.Layers, layer => Assert.True(layer.Decibels > 15, $"{layer.Name}: {layer.Decibels:0.0} dB; models/quantize.sh makes model.rnnp from weights.safetensors"));
    }

    [Fact]
    public void Detections_are_those_of_the_float_model()
    {
        var interpreter = new QuantizedInterpreter(GoldenPictures.Package());
        var found = new DetectionList();
        int expected = 0, matched = 0, surplus = 0;
        foreach (JsonElement entry in GoldenPictures.Entries)
        {
            interpreter.Run(GoldenPictures.InputOf(entry));
            found.Clear();
            InterpreterDetector.AddDetections(interpreter.Detections, GoldenPictures.GeometryOf(entry), found);
            Vision.Detection.Detection[] golden = [.. GoldenPictures.DetectionsOf(entry)];
            expected += golden.Length;
            matched += golden.Count(g => found.Items.ToArray().Any(d => d.Box.IntersectionOverUnion(g.Box) > 0.6f && Math.Abs(d.Score - g.Score) < 0.15f));
            surplus += found.Items.ToArray().Count(d => !golden.Any(g => d.Box.IntersectionOverUnion(g.Box) > 0.6f));
        }

        // Whatever lies next to the threshold may fall on the other side.
        Assert.True(expected >= 25 && matched >= 0.9 * expected && surplus <= 0.1 * expected, $"{matched} of {expected} matched, {surplus} more");
    }

    private static (float[] Logits, float[] Offsets) OutputsOf(FloatNetwork network)
    {
        var logits = new List<float>();
        var offsets = new List<float>();
        for (int i = 0; i < network.Layers.Count; i++)
        {
            FloatLayer layer = network.Layers[i];
            if (layer.Operation != LayerOperation.Head) continue;
            for (int cell = 0; cell < layer.Output.Cells; cell++)
            {
                ReadOnlySpan<float> outputs = network.Map(i).Slice(cell * layer.Output.Channels, layer.Output.Channels);
                int first = 0;
                foreach (int backgrounds in layer.Anchors.Select(anchor => anchor.Background))
                {
                    float background = float.MinValue;
                    for (int b = 0; b < backgrounds; b++) background = MathF.Max(background, outputs[first + b]);
                    logits.Add(outputs[first + backgrounds] - background);
                    first += backgrounds + 1;
                }

                offsets.AddRange(outputs[layer.ClassOutputs..]);
            }
        }

        return ([.. logits], [.. offsets]);
    }

    private static float[] Read(JsonElement path) =>
        MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(Path.Combine(GoldenPictures.Folder, path.GetString()!))).ToArray();

    private static void AssertAlike(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 0.0002f);
    }
}
