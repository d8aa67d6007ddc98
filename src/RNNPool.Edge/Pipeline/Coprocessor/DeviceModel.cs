using System.Buffers.Binary;
using System.Security.Cryptography;
using RNNPool.Edge.Models;
using RNNPool.Edge.Models.Arch;
using RNNPool.Edge.Models.Folders;
using RNNPool.Edge.Models.Interpreter;
using RNNPool.Edge.Models.Packages;
using RNNPool.Edge.Vision.Detectors;

namespace RNNPool.Edge.Pipeline.Coprocessor;

/// <summary>The quantized package of the device's model. Coprocessors identify it by the SHA-256 of the file.</summary>
internal sealed class DeviceModel
{
    /// <summary>Digits of the hash in messages.</summary>
    public const int ShownHashLength = 12;

    public DeviceModel(ModelPackage package, InputFit fit = InputFit.Letterbox)
    {
        (Package, Fit) = (package, fit);
        byte[] hash = SHA256.HashData(package.Data.Span);
        Sha256 = Convert.ToHexStringLower(hash);
        Prefix = BinaryPrimitives.ReadUInt32LittleEndian(hash);
    }

    public ModelPackage Package { get; }

    /// <summary>How frames are fitted into the model's input.</summary>
    public InputFit Fit { get; }

    /// <summary>SHA-256 of the file, in lower-case hexadecimal.</summary>
    public string Sha256 { get; }

    /// <summary>The first four bytes of the SHA-256, little-endian, which every frame carries.</summary>
    public uint Prefix { get; }

    /// <summary>Name and beginning of the hash for messages.</summary>
    public string Text => $"{Package.Header.Name} {Sha256[..ShownHashLength]}";

    /// <exception cref="ModelException">The folder holds no usable package.</exception>
    public static DeviceModel Load(ModelFolder folder) =>
        folder.PackagePath is { } path
            ? new DeviceModel(ModelPackage.Load(path), folder.Architecture.Input.Fit)
            : throw new ModelException($"{folder.Path}: model.rnnp is missing from this model folder, and a coprocessor needs it.");

    /// <summary>
    /// The interpreter whose results a coprocessor with this model must equal. A classifier's threshold comes from the settings, all other
    /// values from the package.
    /// </summary>
    public PackageDetector CreateReference(DetectorOptions options) =>
        new(
            Package,
            Package.Header.IsClassifier ? new DecodingOptions { ScoreThreshold = options.ScoreThreshold } : null,
            Fit,
            HostEngine.Interpreter
        );
}
