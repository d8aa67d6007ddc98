using System.Runtime.InteropServices;
using BenchmarkDotNet.Attributes;
using RNNPool.Edge.Benchmarks.Support;
using RNNPool.Edge.Models.Folders;
using RNNPool.Edge.Vision.Detectors;
using RNNPool.Edge.Vision.Geometry;
using RNNPool.Edge.Vision.Imaging;

namespace RNNPool.Edge.Benchmarks;

/// <summary>face-qvga's outputs for a crowd to boxes: threshold, decoding, suppression.</summary>
[MemoryDiagnoser]
public class PostprocessingBenchmarks
{
    private readonly DetectionList _found = new();
    private readonly LetterboxGeometry _geometry = LetterboxGeometry.Fit(640, 480, 320, 240);
    private float[] _logits = [];
    private float[] _offsets = [];
    private BoxDecoder _decoder = null!;

    [Params(NmsMethod.Hard, NmsMethod.Soft)]
    public NmsMethod Nms { get; set; }

    [Params(0.5f, 0.01f)]
    public float Threshold { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        string tensors = RepositoryPath.Of("tests", "vectors", "face-qvga", "tensors");
        _logits = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(Path.Combine(tensors, "crowd.png.logits.bin"))).ToArray();
        _offsets = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(Path.Combine(tensors, "crowd.png.offsets.bin"))).ToArray();
        ModelFolder model = ModelFolder.Open(RepositoryPath.Of("models", "face-qvga"));
        _decoder = new BoxDecoder(model.Architecture, new DetectorOptions { Nms = Nms, ScoreThreshold = Threshold });
    }

    [Benchmark]
    public int Decode()
    {
        _found.Clear();
        _decoder.Decode(_logits, _offsets, _geometry, _found);
        return _found.Count;
    }
}
