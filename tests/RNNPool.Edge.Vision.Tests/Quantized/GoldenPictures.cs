using System.Text.Json;
using RNNPool.Edge.Models.Folders;
using RNNPool.Edge.Models.FloatNetworks;
using RNNPool.Edge.Models.Packages;
using RNNPool.Edge.Models.Safetensors;
using RNNPool.Edge.Models.Tests.Vectors;
using RNNPool.Edge.Vision.Detection;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Imaging;

namespace RNNPool.Edge.Vision.Tests.Quantized;

/// <summary>face-qvga, and the pictures of tests/vectors/face-qvga as it reads them.</summary>
internal static class GoldenPictures
{
    public static string Folder { get; } = Path.Combine(VectorFolder.Root, "face-qvga");

    public static ModelFolder Model { get; } = ModelFolder.Open(Path.Combine(VectorFolder.Repository(), "models", "face-qvga"));

    public static IReadOnlyList<JsonElement> Entries { get; } =
        [.. JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, "golden.json"))).RootElement.GetProperty("pictures").EnumerateArray()];

    public static FloatNetwork FloatNetwork() => Models.FloatNetworks.FloatNetwork.Load(Model.Architecture, SafetensorsFile.Load(Model.WeightsPath!));

    public static ModelPackage Package() => ModelPackage.Load(Model.PackagePath!);

    public static string NameOf(JsonElement entry) => entry.GetProperty("picture").GetString()!;

    /// <summary>The network's input, a byte a pixel.</summary>
    public static byte[] InputOf(JsonElement entry)
    {
        using Frame frame = ImageCodec.Load(Path.Combine(Folder, entry.GetProperty("input").GetString()!), new FramePool(1));
        byte[] picture = new byte[Model.Architecture.Input.Width * Model.Architecture.Input.Height];
        new GrayLetterbox(Model.Architecture.Input.Width, Model.Architecture.Input.Height).Fill(frame, picture);
        return picture;
    }

    public static LetterboxGeometry GeometryOf(JsonElement entry) => LetterboxGeometry.Fit(
        entry.GetProperty("width").GetInt32(), entry.GetProperty("height").GetInt32(), Model.Architecture.Input.Width, Model.Architecture.Input.Height);

    public static IEnumerable<Vision.Detection.Detection> DetectionsOf(JsonElement entry) => entry.GetProperty("detections").EnumerateArray().Select(d =>
    {
        float Of(string name) => d.GetProperty(name).GetSingle();
        return new Vision.Detection.Detection(0, Of("score"), new BoundingBox(Of("x"), Of("y"), Of("w"), Of("h")));
    });
}
