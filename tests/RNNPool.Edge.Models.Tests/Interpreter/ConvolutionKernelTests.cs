using RNNPool.Edge.Models.Interpreter;
using RNNPool.Edge.Models.Packages;
using RNNPool.Edge.Models.Tests.Packages;
using RNNPool.Edge.Models.Tests.Vectors;
using Xunit;

namespace RNNPool.Edge.Models.Tests.Interpreter;

/// <summary>The kernels against the sums of docs/quantization.md, written once more from the natural order of the weights.</summary>
public sealed class ConvolutionKernelTests
{
    [Theory]
    [InlineData(LayerOperation.Conv3x3, 7, 5, 3, 5, 1)]
    [InlineData(LayerOperation.Conv3x3, 8, 6, 1, 4, 2)]
    [InlineData(LayerOperation.Conv3x3, 9, 7, 4, 3, 2)]
    [InlineData(LayerOperation.Pointwise, 5, 4, 13, 7, 1)]
    [InlineData(LayerOperation.Depthwise3x3, 7, 6, 5, 5, 1)]
    [InlineData(LayerOperation.Depthwise3x3, 7, 6, 5, 5, 2)]
    public void Outputs_are_the_defined_sums(LayerOperation operation, int width, int height, int channels, int outputs, int stride)
    {
        var random = new RandomLayers(5);
        var record = new LayerRecord
        {
            Name = "x",
            Operation = operation,
            Stride = stride,
            Input = new MapShape(width, height, channels),
            InputZeroPoint = -9,
            OutputZeroPoint = 4,
            Output = new MapShape((width + stride - 1) / stride, (height + stride - 1) / stride, outputs),
            InputScale = 1,
            OutputScale = 1,
        };
        LayerContent content = random.Convolution(record, 50);
        sbyte[] map = random.Map(record.Input);
        sbyte[] actual = Run(content, map, []);
        for (int i = 0; i < actual.Length; i++)
        {
            int n = i % outputs,
                x = i / outputs % record.Output.Width,
                y = i / outputs / record.Output.Width;
            Assert.Equal(Expected(content, map, x, y, n), actual[i]);
        }
    }

    [Fact]
    public void A_residual_takes_the_place_of_the_zero_point()
    {
        var random = new RandomLayers(6);
        var record = new LayerRecord
        {
            Name = "x",
            Operation = LayerOperation.Pointwise,
            ResidualOf = 0,
            Input = new MapShape(4, 3, 6),
            Output = new MapShape(4, 3, 4),
            OutputZeroPoint = 11,
            InputScale = 1,
            OutputScale = 1,
        };
        LayerContent content = random.Convolution(record, 20);
        sbyte[] map = random.Map(record.Input),
            residual = random.Map(record.Output, -60, 60);
        sbyte[] plain = Run(content with { Record = record with { ResidualOf = null } }, map, []),
            sum = Run(content, map, residual);
        Assert.All(Enumerable.Range(0, sum.Length).Where(i => Math.Abs((int)plain[i]) < 100), i =>
            Assert.Equal(Math.Clamp(plain[i] - 11 + residual[i], -128, 127), sum[i])
        );
    }

    [Fact]
    public void An_average_is_the_mean()
    {
        var record = new LayerRecord
        {
            Name = "x",
            Operation = LayerOperation.AveragePool,
            Input = new MapShape(2, 2, 2),
            Output = new MapShape(1, 1, 2),
            InputZeroPoint = -128,
            OutputZeroPoint = -128,
            InputScale = 1,
            OutputScale = 1,
        };
        Assert.Equal([-126, 127], Run(RandomLayers.AveragePool(record), [-128, 127, -127, 127, -126, 127, -125, 127], []));
    }

    private static sbyte[] Run(LayerContent content, sbyte[] map, sbyte[] residual)
    {
        var runner = new LayerRunner(LayerVector.Read(LayerVector.Write(content, [], [], [])).Layer);
        runner.Run(map, residual);
        return runner.Map;
    }

    private static int Expected(LayerContent content, sbyte[] map, int x, int y, int n)
    {
        LayerRecord record = content.Record;
        int channels = record.Input.Channels,
            accumulator = content.Biases[n];
        if (record.Operation == LayerOperation.Pointwise)
        {
            for (int c = 0; c < channels; c++)
                accumulator += content.Weights[(n * channels) + c] * map[(((y * record.Input.Width) + x) * channels) + c];
        }

        for (int ky = -1; ky <= 1 && record.Operation != LayerOperation.Pointwise; ky++)
        {
            for (int kx = -1; kx <= 1; kx++)
            {
                int row = (record.Stride * y) + ky,
                    column = (record.Stride * x) + kx;
                bool inside = row >= 0 && row < record.Input.Height && column >= 0 && column < record.Input.Width;
                bool depthwise = record.Operation == LayerOperation.Depthwise3x3;
                for (int c = depthwise ? n : 0; c < (depthwise ? n + 1 : channels); c++)
                {
                    int q = inside ? map[(((row * record.Input.Width) + column) * channels) + c] : record.InputZeroPoint;
                    int tap = ((ky + 1) * 3) + kx + 1;
                    accumulator += q * (depthwise ? content.Weights[(9 * n) + tap] : content.Weights[(((n * 9) + tap) * channels) + c]);
                }
            }
        }

        double scaled = Math.Floor((accumulator * (content.Multipliers[n] / 4294967296.0)) + 0.5);
        return (int)Math.Clamp(record.OutputZeroPoint + scaled, -128, 127);
    }
}
