using System.Security.Cryptography;
using RNNPool.Edge.Models.Folders;
using RNNPool.Edge.Vision.Detectors;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Geometry;
using RNNPool.Edge.Vision.Imaging;
using RNNPool.Edge.Vision.Onnx;
using RNNPool.Edge.Vision.Tests.Support;

namespace RNNPool.Edge.Vision.Tests.Golden;

/// <summary>Preprocessing, network and postprocessing against what PyTorch and its tools give for the same pictures.</summary>
public sealed class FaceQvgaTests
{
    private static readonly ModelFolder Model = ModelFolder.Open(RepositoryPath.Of("models", "face-qvga"));

    public static TheoryData<string> Pictures => [.. GoldenVectors.FaceQvga.Pictures.Select(p => p.Picture)];

    public static TheoryData<string> PicturesWithTensors =>
        [.. GoldenVectors.FaceQvga.Pictures.Where(p => p.Logits is not null).Select(p => p.Picture)];

    [Fact]
    public void There_are_enough_pictures_with_and_without_faces()
    {
        Assert.True(GoldenVectors.FaceQvga.Pictures.Count >= 20);
        Assert.Contains(GoldenVectors.FaceQvga.Pictures, p => p.Detections.Count > 0);
        Assert.Contains(GoldenVectors.FaceQvga.Pictures, p => p.Detections.Count == 0);
        Assert.NotEmpty(PicturesWithTensors);
    }

    [Fact]
    public void The_vectors_belong_to_the_model()
    {
        string hash = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Model.WeightsPath!)));
        Assert.True(
            GoldenVectors.FaceQvga.WeightsSha256 == hash,
            "tests/vectors/face-qvga is older or newer than models/face-qvga; write it again as its README describes."
        );
    }

    [Theory]
    [MemberData(nameof(Pictures))]
    public void The_input_agrees_to_one_grey_level(string name)
    {
        GoldenPicture golden = Find(name);
        float[] tensor = new float[Model.Architecture.Input.Width * Model.Architecture.Input.Height];
        using Frame frame = ImageCodec.Load(GoldenVectors.PathOf(golden.Picture), new FramePool());
        LetterboxGeometry geometry = new Letterbox(Model.Architecture.Input).Fill(frame, tensor);
        Assert.Equal((golden.Width, golden.Height), (frame.Width, frame.Height));
        Assert.Equal(golden.Letterbox, new GoldenLetterbox(geometry.X, geometry.Y, geometry.Width, geometry.Height));

        using Frame expected = ImageCodec.Load(GoldenVectors.PathOf(golden.Input), new FramePool());
        Assert.Equal(PixelFormat.Gray8, expected.Format);
        for (int i = 0; i < tensor.Length; i++)
        {
            float gray = (tensor[i] * Model.Architecture.Input.Scale) + Model.Architecture.Input.Mean;
            float difference = MathF.Abs(gray - expected.Data[i]);
            if (!(difference <= 1))
                Assert.Fail($"Pixel {i % expected.Width}, {i / expected.Width} is {gray}; PyTorch's is {expected.Data[i]}.");
        }
    }

    [Theory]
    [MemberData(nameof(PicturesWithTensors))]
    public void ONNX_Runtime_agrees_with_PyTorch(string name)
    {
        GoldenPicture golden = Find(name);
        using OnnxModel network = OnnxModel.Open(Model, new OnnxOptions());
        FillFromGoldenInput(golden, network.Image);
        network.Run();
        AssertClose(GoldenVectors.Tensor(golden.Logits!), network.Logits, "logit");
        AssertClose(GoldenVectors.Tensor(golden.Offsets!), network.Offsets, "offset");
    }

    [Theory]
    [MemberData(nameof(Pictures))]
    public async Task The_boxes_agree_to_half_a_pixel(string name)
    {
        GoldenPicture golden = Find(name);
        GoldenVectors vectors = GoldenVectors.FaceQvga;
        using OnnxDetector detector = OnnxDetector.Create(
            Model,
            new DetectorOptions { ScoreThreshold = vectors.ScoreThreshold, NmsIou = vectors.NmsIou }
        );
        using Frame frame = ImageCodec.Load(GoldenVectors.PathOf(golden.Picture), new FramePool());
        var found = new DetectionList();
        await detector.DetectAsync(frame, found, TestContext.Current.CancellationToken);
        AssertSameBoxes(golden, found.Items);
    }

    [Theory]
    [MemberData(nameof(Pictures))]
    public void From_the_same_input_the_boxes_agree_closely(string name)
    {
        // Without the picture decoder's grey level of freedom, only floating point is left.
        GoldenPicture golden = Find(name);
        GoldenVectors vectors = GoldenVectors.FaceQvga;
        using OnnxModel network = OnnxModel.Open(Model, new OnnxOptions());
        FillFromGoldenInput(golden, network.Image);
        network.Run();
        var found = new DetectionList();
        LetterboxGeometry geometry = LetterboxGeometry.Fit(
            golden.Width,
            golden.Height,
            Model.Architecture.Input.Width,
            Model.Architecture.Input.Height
        );
        new BoxDecoder(Model.Architecture, new DetectorOptions { ScoreThreshold = vectors.ScoreThreshold, NmsIou = vectors.NmsIou }).Decode(
            network.Logits,
            network.Offsets,
            geometry,
            found
        );
        AssertSameBoxes(golden, found.Items, pixels: 0.01f, score: 1e-4f);
    }

    private static GoldenPicture Find(string name) => GoldenVectors.FaceQvga.Pictures.Single(p => p.Picture == name);

    private static void FillFromGoldenInput(GoldenPicture golden, Span<float> tensor)
    {
        using Frame input = ImageCodec.Load(GoldenVectors.PathOf(golden.Input), new FramePool());
        for (int i = 0; i < tensor.Length; i++)
            tensor[i] = (input.Data[i] - Model.Architecture.Input.Mean) / Model.Architecture.Input.Scale;
    }

    private static void AssertClose(float[] expected, ReadOnlySpan<float> actual, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            float tolerance = 1e-4f * MathF.Max(1, MathF.Abs(expected[i]));
            if (!(MathF.Abs(expected[i] - actual[i]) <= tolerance))
                Assert.Fail($"{what} {i} is {actual[i]}; PyTorch's is {expected[i]}.");
        }
    }

    private static void AssertSameBoxes(GoldenPicture golden, ReadOnlySpan<Detection> found, float pixels = 0.5f, float score = 0.02f)
    {
        Assert.Equal(golden.Detections.Count, found.Length);
        foreach (GoldenDetection expected in golden.Detections)
        {
            // Scores that nearly tie may change places.
            Detection nearest = found.ToArray().MinBy(d => Distance(d.Box, expected));
            float distance = Distance(nearest.Box, expected);
            if (!(distance <= pixels))
                Assert.Fail($"No box is within {pixels} px of {expected}; the nearest is {nearest.Box}, {distance} px off.");
            Assert.Equal(expected.Score, nearest.Score, score);
        }
    }

    private static float Distance(BoundingBox box, GoldenDetection golden) =>
        MathF.Max(
            MathF.Max(MathF.Abs(box.X - golden.X), MathF.Abs(box.Y - golden.Y)),
            MathF.Max(MathF.Abs(box.Right - golden.X - golden.W), MathF.Abs(box.Bottom - golden.Y - golden.H))
        );
}
