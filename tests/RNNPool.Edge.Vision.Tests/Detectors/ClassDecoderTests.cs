using System.Text;
using RNNPool.Edge.Models;
using RNNPool.Edge.Models.Arch;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Vision.Detectors;
using RNNPool.Edge.Vision.Geometry;
using RNNPool.Edge.Vision.Tests.Support;

namespace RNNPool.Edge.Vision.Tests.Detectors;

public sealed class ClassDecoderTests
{
    private static readonly NetworkArchitecture Four = NetworkArchitecture.Parse(
        Encoding.UTF8.GetBytes(
            """
            { "format": "rnnpool-arch", "version": 1, "name": "four", "task": "classification",
              "input": { "width": 32, "height": 32, "channels": 1, "mean": 128, "scale": 128 }, "labels": ["none", "cat", "dog", "person"],
              "layers": [ { "type": "averagepool" }, { "type": "dense", "name": "fc", "channels": 4 } ] }
            """
        ),
        "test"
    );

    private readonly DetectionList _found = new();

    [Theory]
    [InlineData(0f, 0f, 0.5)]
    [InlineData(-1f, 2f, 0.952574)] // 1 / (1 + e^-3)
    [InlineData(1f, 1.5f, 0.622459)]
    public void The_second_of_two_classes_has_its_probability_all_over_the_frame(float none, float person, double score)
    {
        new ClassDecoder(TestNetworks.Classifier, new DetectorOptions()).Decode([none, person], 640, 360, _found);
        Detection only = Assert.Single(_found.Items.ToArray());
        Assert.Equal((0, new BoundingBox(0, 0, 640, 360)), (only.Label, only.Box));
        Assert.Equal(score, only.Score, 1e-5);
    }

    [Fact]
    public void Under_the_threshold_there_is_nothing()
    {
        new ClassDecoder(TestNetworks.Classifier, new DetectorOptions()).Decode([0.01f, 0], 8, 8, _found);
        Assert.Equal(0, _found.Count);
        new ClassDecoder(TestNetworks.Classifier, new DetectorOptions { ScoreThreshold = 0.4f }).Decode([0.01f, 0], 8, 8, _found);
        Assert.Equal(1, _found.Count);
        new ClassDecoder(TestNetworks.Classifier, new DetectorOptions { ScoreThreshold = 0.9f }).Decode([0, 2.19f], 8, 8, _found);
        Assert.Equal(1, _found.Count);
    }

    [Theory]
    [InlineData(new[] { 0f, 3, 1, 2 }, 0, 0.731059)] // cat, one more than the person
    [InlineData(new[] { 2f, 0, 1, 3 }, 2, 0.731059)]
    [InlineData(new[] { 2f, 1, 3, 0 }, 1, 0.731059)]
    public void Of_several_the_likeliest_is_scored_against_the_next(float[] logits, int label, double score)
    {
        new ClassDecoder(Four, new DetectorOptions()).Decode(logits, 8, 8, _found);
        Detection only = Assert.Single(_found.Items.ToArray());
        Assert.Equal(label, only.Label);
        Assert.Equal(score, only.Score, 1e-5);
        Assert.Equal(["cat", "dog", "person"], Four.ObjectLabels);
    }

    [Fact]
    public void Outputs_that_are_no_numbers_are_nothing()
    {
        new ClassDecoder(TestNetworks.Classifier, new DetectorOptions()).Decode([0, float.NaN], 8, 8, _found);
        Assert.Equal(0, _found.Count);
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new ClassDecoder(Four, new DetectorOptions()).Decode([0, 1], 8, 8, _found));
        Sentence.AssertNames(
            Assert.Throws<ModelException>(() => new ClassDecoder(TestNetworks.Detector, new DetectorOptions())).Message,
            "tiny|classifier"
        );
    }
}
