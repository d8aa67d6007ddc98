using RNNPool.Edge.Models;
using RNNPool.Edge.Models.Packages;

namespace RNNPool.Edge.Cli.Model;

/// <summary>A package, given as a file or as a model folder.</summary>
internal static class PackageFile
{
    /// <exception cref="ModelException">The package is missing or invalid.</exception>
    public static ModelPackage Open(string path)
    {
        if (Directory.Exists(path))
        {
            string inside = Path.Combine(path, "model.rnnp");
            if (!File.Exists(inside))
                throw new ModelException($"{path}: model.rnnp is missing from this folder.");
            path = inside;
        }

        return ModelPackage.Load(path);
    }
}
