using RNNPool.Edge.Models.Packages;

namespace RNNPool.Edge.Models.Interpreter;

/// <summary>Runs a package. All engines give the same bytes.</summary>
public interface IPackageEngine
{
    /// <summary>The package.</summary>
    ModelPackage Package { get; }

    /// <summary>Detections of the last picture by descending score; empty for a classifier.</summary>
    ReadOnlySpan<PackageDetection> Detections { get; }

    /// <summary>Classification of the last picture.</summary>
    /// <exception cref="InvalidOperationException">The package is a detector.</exception>
    PackageClassification Classification { get; }

    /// <summary>Runs the network on one picture.</summary>
    /// <param name="picture">The pixels, row by row, channels interleaved; exactly as many as the package's input has.</param>
    /// <exception cref="ArgumentException">The number of pixels differs from that of the package's input.</exception>
    void Run(ReadOnlySpan<byte> picture);
}
