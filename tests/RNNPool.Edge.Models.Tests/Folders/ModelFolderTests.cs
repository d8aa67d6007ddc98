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
        AssertRefused(Path.Combine(_folder, "none"), Path.Combine(_folder, "none") + ": ");
        AssertRefused(_folder, $"{_folder}: arch.json ");
        Write("arch.json", "");
        AssertRefused(_folder + "/arch.json", $"{_folder}/arch.json: ");
        AssertRefused(_folder, Path.Combine(_folder, "arch.json") + ": ");
        Write("arch.json", ArchJson.Detector().ToJsonString());
        AssertRefused(_folder, $"{_folder}: model.onnx ");
        Write("model.onnx", "");
        AssertRefused(_folder, Path.Combine(_folder, "model.onnx") + ": ");
        Assert.Throws<ModelException>(() => ModelFolder.Open(""));
    }

    private static void AssertRefused(string path, string named) =>
        Assert.StartsWith(named, Assert.Throws<ModelException>(() => ModelFolder.Open(path)).Message, StringComparison.Ordinal);

    private void Write(string name, string content) => File.WriteAllText(Path.Combine(_folder, name), content);
}
