using System.Text.Json;
using RNNPool.Edge.Models.FloatNetworks;
using RNNPool.Edge.Models.Folders;
using RNNPool.Edge.Models.Packages;
using RNNPool.Edge.Models.Safetensors;
using RNNPool.Edge.Models.Tests.Vectors;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Geometry;
using RNNPool.Edge.Vision.Imaging;

namespace RNNPool.Edge.Vision.Tests.Quantized;

/// <summary>A model that ships with a package, and the pictures of tests/vectors/NAME as it reads them.</summary>
internal sealed class GoldenModel
{
    private GoldenModel(string name)
    {
        Folder = Path.Combine(VectorFolder.Root, name);
        Model = ModelFolder.Open(Path.Combine(VectorFolder.Repository(), "models", name));
        Entries =
        [
            .. JsonDocument
                .Parse(File.ReadAllBytes(Path.Combine(Folder, "golden.json")))
                .RootElement.GetProperty("pictures")
                .EnumerateArray(),
        ];
    }

    public static GoldenModel FaceQvga { get; } = new("face-qvga");

    public string Folder { get; }

    public ModelFolder Model { get; }

    public IReadOnlyList<JsonElement> Entries { get; }

    /// <summary>All that have golden pictures and a package.</summary>
    public static IEnumerable<string> Names =>
        Directory
            .EnumerateDirectories(Path.Combine(VectorFolder.Repository(), "models"))
            .Select(folder => Path.GetFileName(folder)!)
            .Where(name =>
                File.Exists(Path.Combine(VectorFolder.Repository(), "models", name, "model.rnnp"))
                && File.Exists(Path.Combine(VectorFolder.Root, name, "golden.json"))
            )
            .Order(StringComparer.Ordinal);

    public static GoldenModel Of(string name) => name == "face-qvga" ? FaceQvga : new GoldenModel(name);

    public FloatNetwork FloatNetwork() =>
        Models.FloatNetworks.FloatNetwork.Load(Model.Architecture, SafetensorsFile.Load(Model.WeightsPath!));

    public ModelPackage Package() => ModelPackage.Load(Model.PackagePath!);

    public static string NameOf(JsonElement entry) => entry.GetProperty("picture").GetString()!;

    /// <summary>The network's input, a byte a pixel.</summary>
    public byte[] InputOf(JsonElement entry)
    {
        using Frame frame = ImageCodec.Load(Path.Combine(Folder, entry.GetProperty("input").GetString()!), new FramePool(1));
        byte[] picture = new byte[Model.Architecture.Input.Width * Model.Architecture.Input.Height];
        new GrayLetterbox(Model.Architecture.Input.Width, Model.Architecture.Input.Height).Fill(frame, picture);
        return picture;
    }

    public LetterboxGeometry GeometryOf(JsonElement entry) =>
        LetterboxGeometry.Fit(entry.GetProperty("width").GetInt32(), entry.GetProperty("height").GetInt32(), Model.Architecture.Input);

    public static IEnumerable<Detection> DetectionsOf(JsonElement entry) =>
        entry
            .GetProperty("detections")
            .EnumerateArray()
            .Select(d =>
            {
                float Of(string name) => d.GetProperty(name).GetSingle();
                return new Detection(0, Of("score"), new BoundingBox(Of("x"), Of("y"), Of("w"), Of("h")));
            });
}
