using BenchmarkDotNet.Attributes;
using RNNPool.Edge.Benchmarks.Support;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Imaging;

namespace RNNPool.Edge.Benchmarks;

/// <summary>A picture file to a frame: what the images: camera does ahead of its reader.</summary>
[MemoryDiagnoser]
public class CodecBenchmarks
{
    private readonly FramePool _pool = new();
    private byte[] _file = [];

    [Params("portrait-vga.jpg", "portrait-grey.jpg")]
    public string Picture { get; set; } = "";

    [GlobalSetup]
    public void Setup() => _file = File.ReadAllBytes(RepositoryPath.Of("tests", "vectors", "face-qvga", "pictures", Picture));

    [Benchmark]
    public int Decode()
    {
        using Frame frame = ImageCodec.Decode(_file, Picture, _pool);
        return frame.Length;
    }
}
