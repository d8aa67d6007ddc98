using BenchmarkDotNet.Attributes;
using RNNPool.Edge.Models.Arch;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Imaging;

namespace RNNPool.Edge.Benchmarks;

/// <summary>
/// Converts a camera's frame to a 320x240 input: the float tensor for ONNX Runtime, and the grey bytes for a quantized network.
/// </summary>
[MemoryDiagnoser]
public class PreprocessingBenchmarks
{
    private readonly Letterbox _letterbox = new(new InputSpec(320, 240, 1, 128, 128));
    private readonly float[] _tensor = new float[320 * 240];
    private readonly GrayLetterbox _grayLetterbox = new(320, 240);
    private readonly byte[] _picture = new byte[320 * 240];
    private Frame _frame = null!;

    [Params(PixelFormat.Gray8, PixelFormat.Yuyv, PixelFormat.Rgb24, PixelFormat.Rgba32)]
    public PixelFormat Format { get; set; }

    [Params("640x480", "1280x720", "320x240", "160x120")]
    public string Size { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        int[] size = [.. Size.Split('x').Select(int.Parse)];
        _frame = new FramePool().Rent(size[0], size[1], Format);
        new Random(1).NextBytes(_frame.Data);
    }

    [Benchmark]
    public LetterboxGeometry Fill() => _letterbox.Fill(_frame, _tensor);

    [Benchmark]
    public LetterboxGeometry FillGray() => _grayLetterbox.Fill(_frame, _picture);
}
