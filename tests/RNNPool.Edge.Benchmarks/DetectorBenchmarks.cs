using BenchmarkDotNet.Attributes;
using RNNPool.Edge.Benchmarks.Support;
using RNNPool.Edge.Models.Folders;
using RNNPool.Edge.Vision.Detectors;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Geometry;
using RNNPool.Edge.Vision.Imaging;
using RNNPool.Edge.Vision.Onnx;

namespace RNNPool.Edge.Benchmarks;

/// <summary>face-qvga on a 640x480 frame, from the frame to the boxes.</summary>
[MemoryDiagnoser]
public class DetectorBenchmarks
{
    private readonly DetectionList _found = new();
    private OnnxDetector _detector = null!;
    private Frame _frame = null!;

    [Params(1, 2)]
    public int Threads { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var options = new DetectorOptions { Onnx = new OnnxOptions { IntraOpThreads = Threads } };
        _detector = OnnxDetector.Create(ModelFolder.Open(RepositoryPath.Of("models", "face-qvga")), options);
        _frame = ImageCodec.Load(RepositoryPath.Of("tests", "vectors", "face-qvga", "pictures", "portrait-vga.jpg"), new FramePool());
    }

    [GlobalCleanup]
    public void Cleanup() => _detector.Dispose();

    [Benchmark]
    public async Task<int> Detect()
    {
        await _detector.DetectAsync(_frame, _found, CancellationToken.None);
        return _found.Count;
    }
}
