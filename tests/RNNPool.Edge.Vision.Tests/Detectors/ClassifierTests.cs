using RNNPool.Edge.Models;
using RNNPool.Edge.Models.Arch;
using RNNPool.Edge.Models.Folders;
using RNNPool.Edge.Models.Interpreter;
using RNNPool.Edge.Models.Packages;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Vision.Detectors;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Geometry;
using RNNPool.Edge.Vision.Imaging;
using RNNPool.Edge.Vision.Tests.Support;

namespace RNNPool.Edge.Vision.Tests.Detectors;

/// <summary>tests/models/tiny-person, which knows the astronaut from the cat and the cup, in both engines.</summary>
public sealed class ClassifierTests
{
    private static readonly string TinyPerson = RepositoryPath.Of("tests", "models", "tiny-person");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_person_is_a_detection_all_over_the_frame(bool interpreter)
    {
        using IDetector detector = Create(interpreter);
        Assert.Equal(("tiny-person", "person"), (detector.Model, Assert.Single(detector.Labels)));
        var found = new DetectionList();
        await DetectAsync(detector, "astronaut.jpg", found);
        Detection person = Assert.Single(found.Items.ToArray());
        Assert.Equal((0, new BoundingBox(0, 0, 512, 512)), (person.Label, person.Box));
        Assert.InRange(person.Score, 0.9f, 1);
        Assert.True(found.Duration > TimeSpan.Zero);
        foreach (string other in new[] { "chelsea.jpg", "coffee.jpg" })
        {
            await DetectAsync(detector, other, found);
            Assert.Equal(0, found.Count);
        }
    }

    [Fact]
    public async Task Both_engines_agree_on_the_score()
    {
        using IDetector exact = Create(false, 1e-9f),
            quantized = Create(true, 1e-9f);
        (DetectionList a, DetectionList b) = (new(), new());
        foreach (string picture in new[] { "astronaut.jpg", "chelsea.jpg", "coffee.jpg" })
        {
            await DetectAsync(exact, picture, a);
            await DetectAsync(quantized, picture, b);
            Assert.Equal(a.Items[0].Score, b.Items[0].Score, 0.05f);
        }
    }

    [Fact]
    public void Steady_state_allocates_nothing()
    {
        using IDetector detector = Create(false),
            interpreter = Create(true);
        using Frame frame = TestFrames.Random(PixelFormat.Yuyv, 640, 480, 0, 1);
        var found = new DetectionList();
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        foreach (IDetector engine in new[] { detector, interpreter })
        {
            Assert.Equal(
                0,
                Allocation.Least(() =>
                {
                    for (int i = 0; i < 5; i++)
                        Allocation.Done(engine.DetectAsync(frame, found, cancellation));
                })
            );
        }
    }

    [Fact]
    public async Task A_stretched_frame_is_the_picture_without_its_borders()
    {
        using Frame wide = TestFrames.Gray(400, 100, (x, y) => (byte)((x / 4) + y));
        using Frame square = TestFrames.Gray(100, 100, (x, y) => (byte)(x + y));
        byte[][] pictures = [new byte[1024], new byte[1024], new byte[1024]];
        new GrayLetterbox(32, 32, 1, InputFit.Stretch).Fill(wide, pictures[0]);
        new GrayLetterbox(32, 32, 1, InputFit.Stretch).Fill(square, pictures[1]);
        new GrayLetterbox(32, 32).Fill(wide, pictures[2]);
        Assert.Equal(pictures[1], pictures[0]);
        Assert.All(pictures[2][..(12 * 32)], value => Assert.Equal(128, value));

        ModelPackage package = ModelPackage.Load(Path.Combine(TinyPerson, "model.rnnp"));
        using var detector = new PackageDetector(package, new DecodingOptions { ScoreThreshold = 1e-9f }, InputFit.Stretch);
        (DetectionList a, DetectionList b) = (new(), new());
        await detector.DetectAsync(wide, a, TestContext.Current.CancellationToken);
        await detector.DetectAsync(square, b, TestContext.Current.CancellationToken);
        Assert.Equal(b.Items[0].Score, a.Items[0].Score);
        Assert.Equal(new BoundingBox(0, 0, 400, 100), a.Items[0].Box);
    }

    [Fact]
    public void A_graph_with_other_classes_is_refused()
    {
        using var folder = new TemporaryFolder();
        File.Copy(Path.Combine(TinyPerson, "model.onnx"), Path.Combine(folder.Path, "model.onnx"));
        string arch = File.ReadAllText(Path.Combine(TinyPerson, "arch.json"));
        File.WriteAllText(
            Path.Combine(folder.Path, "arch.json"),
            arch.Replace("\"channels\": 2}", "\"channels\": 3}", StringComparison.Ordinal)
                .Replace("\"person\"]", "\"person\", \"dog\"]", StringComparison.Ordinal)
        );
        string message = Assert
            .Throws<ModelException>(() => OnnxDetector.Create(ModelFolder.Open(folder.Path), new DetectorOptions()))
            .Message;
        Sentence.AssertNames(message, "logits|[N, 2]|arch.json|[N, 3]");
    }

    private static IDetector Create(bool interpreter, float? threshold = null)
    {
        ModelFolder folder = ModelFolder.Open(TinyPerson);
        return interpreter
            ? new PackageDetector(
                ModelPackage.Load(folder.PackagePath!),
                new DecodingOptions { ScoreThreshold = threshold },
                folder.Architecture.Input.Fit,
                HostEngine.Interpreter
            )
            : OnnxDetector.Create(folder, new DetectorOptions { ScoreThreshold = threshold });
    }

    private static async Task DetectAsync(IDetector detector, string picture, DetectionList found)
    {
        using Frame frame = ImageCodec.Load(RepositoryPath.Of("samples", "pictures", picture), new FramePool(1));
        await detector.DetectAsync(frame, found, TestContext.Current.CancellationToken);
    }
}
