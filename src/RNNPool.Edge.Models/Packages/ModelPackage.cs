using System.Security.Cryptography;
using System.Text;

namespace RNNPool.Edge.Models.Packages;

/// <summary>A validated <c>model.rnnp</c>, read in place: the memory must not change while the package is in use.</summary>
public sealed class ModelPackage
{
    internal ModelPackage(ReadOnlyMemory<byte> data, PackageHeader header, IReadOnlyList<string> labels, IReadOnlyList<PackageLayer> layers)
    {
        Data = data;
        Header = header;
        Labels = labels;
        ObjectLabels = header.IsClassifier ? [.. labels.Skip(1)] : labels;
        Layers = layers;
        Work = PackageWork.Compute(layers.Select(layer => layer.Record));
    }

    /// <summary>The whole file.</summary>
    public ReadOnlyMemory<byte> Data { get; }

    /// <summary>The header.</summary>
    public PackageHeader Header { get; }

    /// <summary>The labels. The first label of a classifier means that there is no object.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>Labels of detectable objects: all labels, or for a classifier all but the first.</summary>
    public IReadOnlyList<string> ObjectLabels { get; }

    /// <summary>The chain of layers.</summary>
    public IReadOnlyList<PackageLayer> Layers { get; }

    /// <summary>
    /// Multiply-accumulates of one inference, with fixed costs counted as such (docs/model-format.md, Work): what a board limits.
    /// </summary>
    public uint Work { get; }

    /// <summary>SHA-256 as the header holds it (of the file with that field zero), 32 bytes: the identity of a model on a device.</summary>
    public ReadOnlySpan<byte> Hash => Data.Span.Slice(PackageFormat.HashOffset, PackageFormat.HashBytes);

    /// <summary>Reads and checks a package.</summary>
    /// <exception cref="ModelException">The file cannot be read or is not a valid package.</exception>
    public static ModelPackage Load(string path)
    {
        byte[] data;
        try
        {
            using FileStream file = File.OpenRead(path);
            if (file.Length > PackageFormat.MaxLength)
                throw new ModelException($"{path}: the file has {file.Length} bytes; a package has at most {PackageFormat.MaxLength}.");
            data = new byte[file.Length];
            file.ReadExactly(data);
        }
        catch (Exception exception)
            when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new ModelException($"{path}: the package cannot be read: {exception.Message}", exception);
        }

        return Parse(data, path);
    }

    /// <summary>Checks a package in memory.</summary>
    /// <param name="data">The whole file; it is not copied.</param>
    /// <param name="source">Name for messages.</param>
    /// <exception cref="ModelException">It is not a valid package.</exception>
    public static ModelPackage Parse(ReadOnlyMemory<byte> data, string source)
    {
        if (!BitConverter.IsLittleEndian)
            throw new ModelException($"{source}: packages can be used on little-endian machines only.");
        return PackageValidator.Validate(data, source);
    }

    /// <summary>SHA-256 of a package with the bytes of its hash field taken as zero.</summary>
    internal static byte[] ComputeHash(ReadOnlySpan<byte> data)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(data[..PackageFormat.HashOffset]);
        hash.AppendData(stackalloc byte[PackageFormat.HashBytes]);
        hash.AppendData(data[(PackageFormat.HashOffset + PackageFormat.HashBytes)..]);
        return hash.GetHashAndReset();
    }

    /// <inheritdoc/>
    public override string ToString() => new StringBuilder(Header.Name).Append(' ').Append(Convert.ToHexStringLower(Hash[..8])).ToString();
}
