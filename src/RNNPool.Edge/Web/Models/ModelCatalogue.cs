using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using RNNPool.Edge.Models;
using RNNPool.Edge.Models.Arch;
using RNNPool.Edge.Models.Folders;
using RNNPool.Edge.Pipeline.Engines;

namespace RNNPool.Edge.Web.Models;

/// <summary>The models that the device could run.</summary>
/// <param name="Active">Name of the model in use.</param>
/// <param name="Models">All models.</param>
/// <param name="Limit">Longest upload in bytes.</param>
internal sealed record ModelsReport(string Active, IReadOnlyList<ModelReport> Models, int Limit);

/// <summary>A model folder.</summary>
/// <param name="Name">The value for <c>Model:Path</c>.</param>
/// <param name="Active">Whether the device runs it.</param>
/// <param name="Task"><c>detector</c> or <c>classifier</c>; null when it cannot be used.</param>
/// <param name="Labels">Labels that it detects.</param>
/// <param name="Width">Width of its input in pixels.</param>
/// <param name="Height">Height of its input in pixels.</param>
/// <param name="Parameters">Number of parameters.</param>
/// <param name="Macs">Multiply-adds per frame.</param>
/// <param name="Bytes">Size of the package for coprocessors; null when it has none.</param>
/// <param name="Sha256">SHA-256 of the package's file.</param>
/// <param name="Precision">Its accuracy, from its card; null when the card states none.</param>
/// <param name="HasPackage">Whether it has a package for coprocessors.</param>
/// <param name="Uploaded">Whether it was uploaded.</param>
/// <param name="Problem">Why it cannot be used, as a sentence; null when it can.</param>
internal sealed record ModelReport(
    string Name,
    bool Active,
    string? Task,
    IReadOnlyList<string> Labels,
    int Width,
    int Height,
    long Parameters,
    long Macs,
    long? Bytes,
    string? Sha256,
    ModelPrecision? Precision,
    bool HasPackage,
    bool Uploaded,
    string? Problem
);

/// <summary>Lists the models that came with the program and those that were uploaded.</summary>
internal sealed class ModelCatalogue(ActiveModel active, UploadedModels uploads, IOptions<ModelOptions> options)
{
    /// <summary>All models.</summary>
    public ModelsReport List() => List(active.Path, uploads.Folder, options.Value);

    /// <summary>All models.</summary>
    /// <param name="active">Folder of the model in use.</param>
    /// <param name="uploads">Folder of uploaded models.</param>
    /// <param name="options">The settings of the model.</param>
    public static ModelsReport List(string active, string uploads, ModelOptions options)
    {
        string used = Path.GetFullPath(active);
        var reports = new List<ModelReport>();
        foreach (string folder in ModelOptions.SearchFolders.Append(uploads))
        {
            if (!Directory.Exists(folder))
                continue;
            foreach (
                string model in Directory
                    .EnumerateDirectories(folder)
                    .Where(path => File.Exists(Path.Combine(path, "arch.json")))
                    .Order(StringComparer.Ordinal)
            )
            {
                bool uploaded = folder == uploads;
                string name = uploaded ? model : Path.GetFileName(model);
                if (reports.All(report => report.Name != name))
                    reports.Add(Describe(name, model, used, uploaded, options));
            }
        }

        if (reports.All(report => !report.Active))
            reports.Add(Describe(used, used, used, uploaded: false, options));
        return new ModelsReport(reports.First(report => report.Active).Name, reports, UploadedModels.MaxBytes);
    }

    private static ModelReport Describe(string name, string path, string used, bool uploaded, ModelOptions options)
    {
        bool active = Path.GetFullPath(path) == used;
        try
        {
            ModelFolder folder = ModelFolder.Open(path);
            SignedModels.Check(folder.Path, options);
            NetworkArchitecture network = folder.Architecture;
            return new ModelReport(
                name,
                active,
                network.Detection is null ? "classifier" : "detector",
                network.ObjectLabels,
                network.Input.Width,
                network.Input.Height,
                network.Analysis.Parameters,
                network.Analysis.MultiplyAdds,
                folder.PackagePath is { } package ? new FileInfo(package).Length : null,
                folder.PackagePath is { } file ? Hash(file) : null,
                ModelCard.Precision(folder.Path),
                folder.PackagePath is not null,
                uploaded,
                null
            );
        }
        catch (ModelException exception)
        {
            return new ModelReport(name, active, null, [], 0, 0, 0, 0, null, null, null, false, uploaded, exception.Message);
        }
    }

    private static string Hash(string file)
    {
        using FileStream stream = File.OpenRead(file);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
