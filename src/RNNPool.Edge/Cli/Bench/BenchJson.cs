using System.Text.Json.Serialization;

namespace RNNPool.Edge.Cli.Bench;

/// <summary>The JSON that <c>bench</c> prints with <c>--json</c>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    WriteIndented = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(IReadOnlyList<BenchReport>), TypeInfoPropertyName = "BenchReportList")]
internal sealed partial class BenchJson : JsonSerializerContext;

/// <summary>Settings of a measurement.</summary>
/// <param name="Iterations">Inferences that are measured.</param>
/// <param name="WarmUp">Inferences before those.</param>
/// <param name="Threads">Threads of the second measurement.</param>
/// <param name="Picture">The picture.</param>
/// <param name="Against">Other graphs that are measured in turn with every model.</param>
/// <param name="Layers">Whether the layers of the vector engine are measured.</param>
internal sealed record BenchSettings(int Iterations, int WarmUp, int Threads, string Picture, IReadOnlyList<string> Against, bool Layers);

/// <summary>Times of a network that ran in turn with others.</summary>
/// <param name="Name">The network.</param>
/// <param name="MedianMs">Median in milliseconds.</param>
/// <param name="P90Ms">90th percentile in milliseconds.</param>
/// <param name="Ratio">Its median by that of the first network.</param>
internal sealed record NetworkTimes(string Name, double MedianMs, double P90Ms, double Ratio);

/// <summary>Layers of the vector engine.</summary>
/// <param name="PeakPerMicrosecond">Multiply-adds per microsecond of the instruction of convolutions alone.</param>
/// <param name="ConvolutionShare">Share of that peak that all 1x1 and full 3x3 convolutions reach together, 0 to 1.</param>
/// <param name="Layers">The layers.</param>
internal sealed record LayersReport(double PeakPerMicrosecond, double ConvolutionShare, IReadOnlyList<LayerReport> Layers);

/// <summary>A layer of the vector engine.</summary>
/// <param name="Name">The layer.</param>
/// <param name="Operation">What it computes.</param>
/// <param name="Output">Width, height and channels of its output.</param>
/// <param name="MultiplyAdds">Multiplications by weights for one picture.</param>
/// <param name="Microseconds">Median time in microseconds.</param>
/// <param name="ShareOfPeak">Share of the peak, 0 to 1; null for layers that are no 1x1 or full 3x3 convolution.</param>
internal sealed record LayerReport(
    string Name,
    string Operation,
    string Output,
    long MultiplyAdds,
    double Microseconds,
    double? ShareOfPeak
);

/// <summary>Times of inferences: fitting the frame into the input, the network, decoding its outputs.</summary>
/// <param name="Iterations">Number of inferences.</param>
/// <param name="MedianMs">Median in milliseconds.</param>
/// <param name="P99Ms">99th percentile in milliseconds.</param>
/// <param name="CpuMs">Mean processor time of this process per inference, all threads together, in milliseconds.</param>
internal sealed record BenchTimes(int Iterations, double MedianMs, double P99Ms, double CpuMs)
{
    /// <param name="milliseconds">The times; they are sorted.</param>
    /// <param name="processor">Processor time of all of them.</param>
    public static BenchTimes From(double[] milliseconds, TimeSpan processor)
    {
        Array.Sort(milliseconds);
        int p99 = (int)Math.Ceiling(0.99 * milliseconds.Length) - 1;
        return new BenchTimes(
            milliseconds.Length,
            Math.Round(milliseconds[milliseconds.Length / 2], 4),
            Math.Round(milliseconds[p99], 4),
            Math.Round(processor.TotalMilliseconds / milliseconds.Length, 4)
        );
    }
}

/// <summary>Results of one model.</summary>
internal sealed record BenchReport
{
    /// <summary>Name of the model.</summary>
    public required string Model { get; init; }

    /// <summary>detection or classification.</summary>
    public required string Task { get; init; }

    /// <summary>Width of the input in pixels.</summary>
    public required int Width { get; init; }

    /// <summary>Height of the input in pixels.</summary>
    public required int Height { get; init; }

    /// <summary>Weights and biases.</summary>
    public required long Parameters { get; init; }

    /// <summary>Multiplications by weights for one picture.</summary>
    public required long MultiplyAdds { get; init; }

    /// <summary>Bytes of model.onnx.</summary>
    public required long OnnxBytes { get; init; }

    /// <summary>Bytes of model.rnnp; null without one.</summary>
    public long? PackageBytes { get; init; }

    /// <summary>Width of the measured picture in pixels.</summary>
    public required int PictureWidth { get; init; }

    /// <summary>Height of that picture in pixels.</summary>
    public required int PictureHeight { get; init; }

    /// <summary>Milliseconds to load the model and run it once.</summary>
    public required double LoadMs { get; init; }

    /// <summary>Median milliseconds to decode the picture from memory.</summary>
    public required double DecodeMs { get; init; }

    /// <summary>Median milliseconds to fit the picture into the input; part of an inference.</summary>
    public required double FitMs { get; init; }

    /// <summary>Inferences with one thread.</summary>
    public required BenchTimes OneThread { get; init; }

    /// <summary>Threads of <see cref="Threads"/>.</summary>
    public required int ThreadCount { get; init; }

    /// <summary>Inferences with more threads.</summary>
    public required BenchTimes Threads { get; init; }

    /// <summary>Pictures per second with one thread, reading the file and decoding included.</summary>
    public required double PicturesPerSecond { get; init; }

    /// <summary>Managed bytes that the calling thread allocates per inference, with one thread.</summary>
    public required double AllocatedBytes { get; init; }

    /// <summary>Resident memory of this process afterwards in 10^6 bytes; includes models that were measured before.</summary>
    public required double ResidentMegabytes { get; init; }

    /// <summary>Inferences of the quantized package with vector instructions, one thread; null without a package.</summary>
    public BenchTimes? Simd { get; init; }

    /// <summary>The networks alone in turn, with the graphs of --against; null without any.</summary>
    public IReadOnlyList<NetworkTimes>? Against { get; init; }

    /// <summary>Inferences of the quantized package in the reference interpreter; null without a package.</summary>
    public BenchTimes? Interpreter { get; init; }

    /// <summary>The layers of the vector engine; null without a package, or when they are not asked for.</summary>
    public LayersReport? Layers { get; init; }
}
