using RNNPool.Edge.Models.Engine;
using RNNPool.Edge.Models.Packages;
using RNNPool.Edge.Models.Tests.Vectors;
using Xunit;

namespace RNNPool.Edge.Models.Tests.Engine;

public sealed class EngineProfileTests
{
    private static readonly ModelPackage Package = ModelPackage.Load(
        Path.Combine(VectorFolder.Repository(), "models", "face-qvga", "model.rnnp")
    );

    public static TheoryData<SimdInstructions> Supported => [.. SimdSupport.Supported];

    [Theory]
    [MemberData(nameof(Supported))]
    public void Every_layer_has_its_multiply_adds_and_a_time(SimdInstructions instructions)
    {
        var engine = new SimdEngine(Package, instructions: instructions);

        EngineProfile profile = EngineProfile.Measure(
            engine,
            new byte[Package.Header.Input.Count],
            2,
            TestContext.Current.CancellationToken
        );

        Assert.Equal(Package.Layers.Select(layer => layer.Name), profile.Layers.Select(layer => layer.Name));
        Assert.Equal(Package.Layers.Sum(layer => layer.Record.MultiplyAdds), profile.Layers.Sum(layer => layer.MultiplyAdds));
        Assert.All(profile.Layers, layer => Assert.True(layer.Microseconds > 0));
        Assert.True(profile.PeakPerMicrosecond > 0);
    }

    [Fact]
    public void The_share_of_the_peak_counts_convolutions_alone()
    {
        var shape = new MapShape(10, 10, 10);
        var profile = new EngineProfile(
            [
                new LayerTime("a", LayerOperation.Pointwise, shape, 1000, 1),
                new LayerTime("b", LayerOperation.RnnPool, shape, 5000, 1),
                new LayerTime("c", LayerOperation.Conv3x3, shape, 3000, 9),
            ],
            PeakPerMicrosecond: 2000
        );

        Assert.Equal(0.2, profile.ConvolutionShare, 9);
        Assert.Equal(0.5, profile.ShareOfPeak(profile.Layers[0]), 9);
        Assert.Equal(0, new EngineProfile([], 2000).ConvolutionShare);
    }

    [Fact]
    public void A_profile_computes_what_a_run_computes()
    {
        byte[] picture = new byte[Package.Header.Input.Count];
        new Random(1).NextBytes(picture);
        var plain = new SimdEngine(Package);
        plain.Run(picture);
        var profiled = new SimdEngine(Package);

        EngineProfile.Measure(profiled, picture, 1, TestContext.Current.CancellationToken);

        Assert.Equal(plain.Detections.ToArray(), profiled.Detections.ToArray());
    }
}
