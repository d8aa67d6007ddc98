using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using RNNPool.Edge.Vision.Tests.Support;

namespace RNNPool.Edge.Vision.Tests.Golden;

/// <summary>What the PyTorch implementation makes of small pictures (tests/vectors/face-qvga/README.md).</summary>
internal sealed record GoldenVectors(
    [property: JsonRequired] string Model,
    [property: JsonRequired] string WeightsSha256,
    [property: JsonRequired] float ScoreThreshold,
    [property: JsonRequired] float NmsIou,
    [property: JsonRequired] IReadOnlyList<GoldenPicture> Pictures
)
{
    public static readonly string Folder = RepositoryPath.Of("tests", "vectors", "face-qvga");

    private static readonly Lazy<GoldenVectors> Read = new(() =>
        JsonSerializer.Deserialize<GoldenVectors>(File.ReadAllText(Path.Combine(Folder, "golden.json")), JsonSerializerOptions.Web)!
    );

    public static GoldenVectors FaceQvga => Read.Value;

    public static string PathOf(string name) => Path.Combine(Folder, name);

    public static float[] Tensor(string name) => MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(PathOf(name))).ToArray();
}

internal sealed record GoldenPicture(
    [property: JsonRequired] string Picture,
    [property: JsonRequired] int Width,
    [property: JsonRequired] int Height,
    [property: JsonRequired] string Input,
    [property: JsonRequired] GoldenLetterbox Letterbox,
    [property: JsonRequired] IReadOnlyList<GoldenDetection> Detections,
    string? Logits,
    string? Offsets
);

internal sealed record GoldenLetterbox(int X, int Y, int Width, int Height);

internal sealed record GoldenDetection(float Score, float X, float Y, float W, float H);
