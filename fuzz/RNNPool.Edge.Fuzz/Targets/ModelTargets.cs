using System.Buffers.Binary;
using RNNPool.Edge.Models;
using RNNPool.Edge.Models.Arch;
using RNNPool.Edge.Models.Engine;
using RNNPool.Edge.Models.FloatNetworks;
using RNNPool.Edge.Models.Interpreter;
using RNNPool.Edge.Models.Packages;
using RNNPool.Edge.Models.Safetensors;
using RNNPool.Edge.Web.Models;

namespace RNNPool.Edge.Fuzz.Targets;

/// <summary>
/// Packages: refused with a sentence, or run, with the same result in the interpreter and in the vector engine. The checksum is corrected
/// first, since otherwise nothing behind it would be reached.
/// </summary>
internal sealed class PackageTarget : FuzzTarget
{
    private const uint MostWork = 3_000_000; // multiply-accumulates: more only makes the run slow

    public override void Run(ReadOnlySpan<byte> input)
    {
        byte[] data = input.ToArray();
        if (data.Length >= PackageFormat.HeaderBytes)
        {
            BinaryPrimitives.WriteInt32LittleEndian(data.AsSpan(8), data.Length);
            ModelPackage.ComputeHash(data).CopyTo(data.AsSpan(PackageFormat.HashOffset));
        }

        ModelPackage package;
        try
        {
            package = ModelPackage.Parse(data, "x");
        }
        catch (ModelException)
        {
            return;
        }

        if (package.Work > MostWork)
            return;
        byte[] picture = new byte[package.Header.Input.Count];
        for (int i = 0; i < picture.Length; i++)
            picture[i] = (byte)((i * 7) ^ (i >> 3));
        var interpreter = new QuantizedInterpreter(package);
        var engine = new SimdEngine(package);
        interpreter.Run(picture);
        engine.Run(picture);
        Require(engine.Logits.SequenceEqual(interpreter.Logits), "both engines compute the same logits");
        Require(engine.Detections.SequenceEqual(interpreter.Detections), "both engines find the same objects");
    }
}

/// <summary>Descriptions of networks: refused with a sentence, or read within bounds.</summary>
internal sealed class ArchTarget : FuzzTarget
{
    public override void Run(ReadOnlySpan<byte> input)
    {
        try
        {
            NetworkArchitecture network = NetworkArchitecture.Parse(input.ToArray(), "x");
            Require(network.Layers.Count is > 0 and <= ArchitectureReader.MaxLayers, "the number of layers is bounded");
            Require(network.Anchors.Count <= AnchorGrid.MaxAnchors, "the number of anchors is bounded");
        }
        catch (ModelException exception)
        {
            Require(exception.Message.EndsWith('.'), "the refusal is a sentence");
        }
    }
}

/// <summary>Weights of a network whose description comes first in the input, behind its length in two bytes.</summary>
internal sealed class WeightsTarget : FuzzTarget
{
    private const long MostWeights = 1 << 20;

    public override void Run(ReadOnlySpan<byte> input)
    {
        var reader = new InputReader(input);
        byte[] description = reader.Bytes(reader.UInt16()).ToArray();
        byte[] weights = reader.Rest.ToArray();
        try
        {
            SafetensorsFile file = SafetensorsFile.Parse(weights, "w");
            NetworkArchitecture network = NetworkArchitecture.Parse(description, "a");
            if (network.Analysis.Parameters <= MostWeights)
                FloatNetwork.Load(network, file);
        }
        catch (ModelException exception)
        {
            Require(exception.Message.EndsWith('.'), "the refusal is a sentence");
        }
    }
}

/// <summary>Uploaded archives: only files of a model appear, only in the folder, or the archive is refused with a sentence.</summary>
internal sealed class ArchiveTarget : FuzzTarget
{
    private readonly string _folder = Path.Combine(Directory.CreateTempSubdirectory("fuzz-").FullName, "in", "model");

    public override void Run(ReadOnlySpan<byte> input)
    {
        string root = Path.GetDirectoryName(Path.GetDirectoryName(_folder))!;
        Directory.CreateDirectory(_folder);
        try
        {
            ModelArchive.Unpack(input.ToArray(), _folder);
        }
        catch (ModelException exception)
        {
            Require(exception.Message.EndsWith('.'), "the refusal is a sentence");
        }

        foreach (string path in Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories))
        {
            Require(Path.GetDirectoryName(path) == _folder, "files appear in the folder of the model only");
            Require(Path.GetFileName(path) is "arch.json" or "model.onnx" or "model.rnnp" or "card.md", "only files of a model appear");
        }

        Directory.Delete(_folder, recursive: true);
    }
}
