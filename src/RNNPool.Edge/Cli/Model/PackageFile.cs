using RNNPool.Edge.Models;
using RNNPool.Edge.Models.Packages;

namespace RNNPool.Edge.Cli.Model;

/// <summary>A package by its file, or by the model folder that it lies in.</summary>
internal static class PackageFile
{
    /// <exception cref="ModelException">There is no package, or it is not valid.</exception>
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
