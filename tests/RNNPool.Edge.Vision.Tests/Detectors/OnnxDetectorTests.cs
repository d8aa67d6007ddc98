using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using RNNPool.Edge.Models;
using RNNPool.Edge.Models.Folders;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Vision.Detectors;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Geometry;
using RNNPool.Edge.Vision.Onnx;
using RNNPool.Edge.Vision.Tests.Golden;
using RNNPool.Edge.Vision.Tests.Support;

namespace RNNPool.Edge.Vision.Tests.Detectors;

public sealed partial class OnnxDetectorTests
{
    private static readonly string FaceQvga = RepositoryPath.Of("models", "face-qvga");

    [Theory]
    [InlineData(NmsMethod.Hard)]
    [InlineData(NmsMethod.Soft)]
    public void Steady_state_allocates_nothing(NmsMethod nms)
    {
        using OnnxDetector detector = OnnxDetector.Create(
            ModelFolder.Open(FaceQvga),
            new DetectorOptions { ScoreThreshold = 0.05f, Nms = nms }
        );
        using Frame picture = Vision.Imaging.ImageCodec.Load(GoldenVectors.PathOf("pictures/crowd.png"), new FramePool());
        using Frame other = TestFrames.Random(PixelFormat.Yuyv, 640, 480, 0, 1);
        var found = new DetectionList();
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        Assert.Equal(
            0,
            Allocation.Least(() =>
            {
                for (int i = 0; i < 3; i++)
                {
                    Allocation.Done(detector.DetectAsync(other, found, cancellation));
                    Allocation.Done(detector.DetectAsync(picture, found, cancellation));
                }
            })
        );
        Assert.NotEqual(0, found.Count);
    }

    [Fact]
    public async Task Threads_spinning_and_optimisation_do_not_change_the_result()
    {
        using Frame picture = Vision.Imaging.ImageCodec.Load(GoldenVectors.PathOf("pictures/crowd.png"), new FramePool());
        var results = new List<Detection[]>();
        foreach (
            OnnxOptions onnx in new OnnxOptions[]
            {
                new(),
                new() { IntraOpThreads = 2, AllowSpinning = true },
                new() { InterOpThreads = 2 },
                new() { GraphOptimization = Microsoft.ML.OnnxRuntime.GraphOptimizationLevel.ORT_DISABLE_ALL },
            }
        )
        {
            using OnnxDetector detector = OnnxDetector.Create(ModelFolder.Open(FaceQvga), new DetectorOptions { Onnx = onnx });
            var found = new DetectionList();
            await detector.DetectAsync(picture, found, TestContext.Current.CancellationToken);
            Assert.True(found.Duration > TimeSpan.Zero);
            results.Add(found.Items.ToArray());
        }

        Assert.All(results, result =>
        {
            Assert.Equal(results[0].Length, result.Length);
            foreach (Detection expected in results[0])
                Assert.Contains(result, d =>
                    d.Box.IntersectionOverUnion(expected.Box) > 0.99 && MathF.Abs(d.Score - expected.Score) < 1e-3
                );
        });
    }

    [Fact]
    public void Telemetry_is_off_in_the_native_library()
    {
        using OnnxDetector detector = OnnxDetector.Create(ModelFolder.Open(FaceQvga), new DetectorOptions());

        // The switch must be where native code looks, and the library must not have opened its store of events to send.
        Assert.Equal("1", Marshal.PtrToStringUTF8(GetEnv(OnnxEnvironment.TelemetrySwitch)));
        string[] open = [.. Directory.GetFiles("/proc/self/fd").Select(fd => new FileInfo(fd).LinkTarget ?? "")];
        Assert.DoesNotContain(open, target => target.Contains(".onnxruntime", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_cancelled_call_does_no_work()
    {
        using OnnxDetector detector = OnnxDetector.Create(ModelFolder.Open(FaceQvga), new DetectorOptions());
        using Frame frame = TestFrames.Gray(8, 8, (_, _) => 0);
        await Assert.ThrowsAsync<OperationCanceledException>(async () =>
            await detector.DetectAsync(frame, new DetectionList(), new CancellationToken(true))
        );
    }

    [Fact]
    public void A_graph_whose_input_disagrees_with_arch_json_is_refused() =>
        AssertRefused(arch => arch["input"]!["width"] = 352, "image|[N, 1, 240, 320]|arch.json|[N, 1, 240, 352]");

    [Fact]
    public void A_graph_whose_outputs_disagree_with_arch_json_is_refused() =>
        AssertRefused(
            arch =>
                arch["layers"]!.AsArray().Last(layer => (string?)layer!["type"] == "head")!["anchors"]!
                    .AsArray()
                    .Add(new JsonObject { ["width"] = 20, ["height"] = 20 }),
            "logits|[N, |arch.json"
        );

    [Fact]
    public void Something_else_than_a_graph_is_refused()
    {
        using var folder = new TemporaryFolder();
        File.Copy(Path.Combine(FaceQvga, "arch.json"), Path.Combine(folder.Path, "arch.json"));
        folder.File("model.onnx", "not a graph"u8);
        AssertRefused(folder.Path, "ONNX Runtime");
        byte[] whole = File.ReadAllBytes(Path.Combine(FaceQvga, "model.onnx"));
        folder.File("model.onnx", whole.AsSpan(0, whole.Length / 2));
        AssertRefused(folder.Path, "ONNX Runtime");
    }

    private static void AssertRefused(Action<JsonNode> change, string names)
    {
        using var folder = new TemporaryFolder();
        File.Copy(Path.Combine(FaceQvga, "model.onnx"), Path.Combine(folder.Path, "model.onnx"));
        JsonNode arch = JsonNode.Parse(File.ReadAllText(Path.Combine(FaceQvga, "arch.json")))!;
        change(arch);
        File.WriteAllText(Path.Combine(folder.Path, "arch.json"), arch.ToJsonString());
        AssertRefused(folder.Path, names);
    }

    private static void AssertRefused(string path, string names)
    {
        string message = Assert.Throws<ModelException>(() => OnnxDetector.Create(ModelFolder.Open(path), new DetectorOptions())).Message;
        Assert.StartsWith(Path.Combine(path, "model.onnx") + ": ", message, StringComparison.Ordinal);
        Sentence.AssertNames(message, names);
        Assert.DoesNotContain('\n', message);
    }

    [LibraryImport("libc", EntryPoint = "getenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint GetEnv(string name);
}
