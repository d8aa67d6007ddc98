using RNNPool.Edge.Models.Arch;

namespace RNNPool.Edge.Models.Folders;

/// <summary>
/// A model as it ships: a folder with <c>arch.json</c> and <c>model.onnx</c>, and perhaps <c>weights.safetensors</c> and <c>model.rnnp</c>.
/// </summary>
public sealed class ModelFolder
{
    private ModelFolder(string path, NetworkArchitecture architecture)
    {
        (Path, Architecture) = (path, architecture);
        OnnxPath = System.IO.Path.Combine(path, "model.onnx");
        WeightsPath = FindFile("weights.safetensors");
        PackagePath = FindFile("model.rnnp");
    }

    /// <summary>The folder, as a full path.</summary>
    public string Path { get; }

    /// <summary>Name of the model, such as <c>face-qvga</c>.</summary>
    public string Name => Architecture.Name;

    /// <summary>The content of <c>arch.json</c>.</summary>
    public NetworkArchitecture Architecture { get; }

    /// <summary>Path of the graph for ONNX Runtime.</summary>
    public string OnnxPath { get; }

    /// <summary>Path of the float weights; null when there are none.</summary>
    public string? WeightsPath { get; }

    /// <summary>Path of the quantized package for the coprocessor; null when there is none.</summary>
    public string? PackagePath { get; }

    /// <summary>Opens a model folder and reads its <c>arch.json</c>.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="ModelException">The folder or one of its needed files is missing or wrong.</exception>
    public static ModelFolder Open(string path)
    {
        if (string.IsNullOrWhiteSpace(path))
            throw new ModelException("No model folder is given.");
        if (File.Exists(path))
            throw new ModelException($"{path}: this is a file; a model is a folder with arch.json and model.onnx.");
        if (!Directory.Exists(path))
            throw new ModelException($"{path}: there is no such model folder.");
        string full = System.IO.Path.GetFullPath(path);
        string archPath = System.IO.Path.Combine(full, "arch.json");
        if (!File.Exists(archPath))
            throw new ModelException($"{path}: arch.json is missing from this model folder.");
        var folder = new ModelFolder(full, NetworkArchitecture.Load(archPath));
        var onnx = new FileInfo(folder.OnnxPath);
        if (!onnx.Exists)
            throw new ModelException($"{path}: model.onnx is missing from this model folder.");
        if (onnx.Length == 0)
            throw new ModelException($"{folder.OnnxPath}: the file is empty.");
        return folder;
    }

    private string? FindFile(string name)
    {
        string path = System.IO.Path.Combine(Path, name);
        return File.Exists(path) ? path : null;
    }
}
