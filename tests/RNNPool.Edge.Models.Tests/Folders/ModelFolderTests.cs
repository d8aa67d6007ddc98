using RNNPool.Edge.Models.Folders;
using RNNPool.Edge.Models.Tests.Arch;
using Xunit;

namespace RNNPool.Edge.Models.Tests.Folders;

public sealed class ModelFolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rnnpool-edge-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_folder_says_what_is_in_it()
    {
        Write("arch.json", ArchJson.Detector().ToJsonString());
        Write("model.onnx", "graph");
        ModelFolder model = ModelFolder.Open(_folder);
        Assert.Equal(
            ("tiny", Path.Combine(_folder, "model.onnx"), null, null),
            (model.Name, model.OnnxPath, model.WeightsPath, model.PackagePath)
        );
        Write("weights.safetensors", "");
        Write("model.rnnp", "");
        model = ModelFolder.Open(_folder + "/.");
        Assert.EndsWith("weights.safetensors", model.WeightsPath, StringComparison.Ordinal);
        Assert.EndsWith("model.rnnp", model.PackagePath, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_missing_or_wrong_is_named()
    {
        AssertRefused(Path.Combine(_folder, "none"), "there is no such model folder.");
        AssertRefused(_folder, "arch.json is missing from this model folder.");
        Write("arch.json", "");
        AssertRefused(_folder + "/arch.json", "this is a file; a model is a folder with arch.json and model.onnx.");
        Assert.Equal(
            Path.Combine(_folder, "arch.json") + ": this is not valid JSON (line 1).",
            Assert.Throws<ModelException>(() => ModelFolder.Open(_folder)).Message
        );
        Write("arch.json", ArchJson.Detector().ToJsonString());
        AssertRefused(_folder, "model.onnx is missing from this model folder.");
        Write("model.onnx", "");
        Assert.Equal(
            Path.Combine(_folder, "model.onnx") + ": the file is empty.",
            Assert.Throws<ModelException>(() => ModelFolder.Open(_folder)).Message
        );
        Assert.Equal("No model folder is given.", Assert.Throws<ModelException>(() => ModelFolder.Open("")).Message);
    }

    private static void AssertRefused(string path, string sentence) =>
        Assert.Equal($"{path}: {sentence}", Assert.Throws<ModelException>(() => ModelFolder.Open(path)).Message);

    private void Write(string name, string content) => File.WriteAllText(Path.Combine(_folder, name), content);
}
