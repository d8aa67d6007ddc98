using RNNPool.Edge.Models;
using RNNPool.Edge.Models.Folders;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Vision.Detectors;
using RNNPool.Edge.Vision.Tests.Support;

namespace RNNPool.Edge.Vision.Tests.Detectors;

public sealed class HostDetectorTests
{
    [Theory]
    [InlineData("face-qvga", HostEngine.Auto, NmsMethod.Hard, "simd")]
    [InlineData("person-vww-96", HostEngine.Auto, NmsMethod.Hard, "simd")]
    [InlineData("face-qvga", HostEngine.Auto, NmsMethod.Soft, "onnx")]
    [InlineData("face-vga", HostEngine.Auto, NmsMethod.Hard, "simd")]
    [InlineData("person-vww-96", HostEngine.Onnx, NmsMethod.Hard, "onnx")]
    [InlineData("person-vww-96", HostEngine.Interpreter, NmsMethod.Hard, "interpreter")]
    public void The_engine_follows_the_model_and_the_settings(string model, HostEngine engine, NmsMethod nms, string expected)
    {
        using IDetector detector = HostDetector.Create(Open(model), new DetectorOptions { Engine = engine, Nms = nms });

        Assert.Equal((expected, model), (detector.Engine, detector.Model));
    }

    [Fact]
    public void A_model_without_a_package_runs_in_onnx_runtime_and_not_with_vector_instructions()
    {
        using var folder = new TemporaryFolder();
        foreach (string file in new[] { "arch.json", "model.onnx" })
            File.Copy(RepositoryPath.Of("models", "person-vww-96", file), Path.Combine(folder.Path, file));
        ModelFolder model = ModelFolder.Open(folder.Path);

        using (IDetector detector = HostDetector.Create(model, new DetectorOptions()))
            Assert.Equal("onnx", detector.Engine);
        string message = Assert
            .Throws<ModelException>(() => HostDetector.Create(model, new DetectorOptions { Engine = HostEngine.Simd }))
            .Message;
        Sentence.AssertNames(message, "model.rnnp|Simd");
    }

    private static ModelFolder Open(string model) => ModelFolder.Open(RepositoryPath.Of("models", model));
}
