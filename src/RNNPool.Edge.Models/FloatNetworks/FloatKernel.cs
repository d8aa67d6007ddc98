using System.Numerics;
using System.Runtime.InteropServices;
using RNNPool.Edge.Models.Packages;

namespace RNNPool.Edge.Models.FloatNetworks;

/// <summary>One operation in float32, with its output.</summary>
internal sealed class FloatKernel
{
    private readonly FloatLayer _layer;
    private readonly float[] _columns; // weights with outputs innermost
    private readonly float[] _elements;
    private readonly FloatRnnPool? _pool;

    public FloatKernel(FloatLayer layer)
    {
        _layer = layer;
        Output = new float[layer.Output.Count];
        _elements = new float[layer.WeightsPerOutput];
        _columns = Transpose(layer.Weights, layer.Biases.Length, layer.WeightsPerOutput);
        if (layer.Operation == LayerOperation.RnnPool)
            _pool = new FloatRnnPool(layer);
    }

    public float[] Output { get; }

    public void Run(ReadOnlySpan<float> input, ReadOnlySpan<float> residual)
    {
        switch (_layer.Operation)
        {
            case LayerOperation.RnnPool:
                _pool!.Run(input, Output);
                return;
            case LayerOperation.AveragePool:
                RunAveragePool(input);
                return;
            case LayerOperation.Depthwise3x3:
                RunDepthwise(input);
                break;
            default:
                RunConvolution(input);
                break;
        }

        if (!residual.IsEmpty)
        {
            for (int i = 0; i < Output.Length; i++)
                Output[i] += residual[i];
        }

        if (!_layer.Relu6)
            return;
        foreach (ref float value in Output.AsSpan())
            value = Math.Clamp(value, 0, 6);
    }

    /// <summary>y += a * x.</summary>
    public static void MultiplyAdd(float a, ReadOnlySpan<float> x, Span<float> y)
    {
        ReadOnlySpan<Vector<float>> source = MemoryMarshal.Cast<float, Vector<float>>(x);
        Span<Vector<float>> target = MemoryMarshal.Cast<float, Vector<float>>(y);
        var factor = new Vector<float>(a);
        for (int i = 0; i < target.Length; i++)
            target[i] += factor * source[i];
        for (int i = target.Length * Vector<float>.Count; i < y.Length; i++)
            y[i] += a * x[i];
    }

    public static float[] Transpose(float[] matrix, int rows, int columns)
    {
        float[] result = new float[matrix.Length];
        for (int r = 0; r < rows; r++)
        {
            for (int c = 0; c < columns; c++)
                result[(c * rows) + r] = matrix[(r * columns) + c];
        }

        return result;
    }

    private void RunConvolution(ReadOnlySpan<float> input)
    {
        int outputs = _layer.Output.Channels;
        for (int y = 0; y < _layer.Output.Height; y++)
        {
            for (int x = 0; x < _layer.Output.Width; x++)
            {
                Gather(input, x, y);
                Span<float> cell = Output.AsSpan(((y * _layer.Output.Width) + x) * outputs, outputs);
                _layer.Biases.CopyTo(cell);
                for (int k = 0; k < _elements.Length; k++)
                {
                    if (_elements[k] != 0)
                        MultiplyAdd(_elements[k], _columns.AsSpan(k * outputs, outputs), cell);
                }
            }
        }
    }

    private void Gather(ReadOnlySpan<float> input, int x, int y)
    {
        int width = _layer.Input.Width;
        int height = _layer.Input.Height;
        int channels = _layer.Input.Channels;
        if (_elements.Length == channels)
        {
            input.Slice(((y * width) + x) * channels, channels).CopyTo(_elements);
            return;
        }

        for (int k = 0; k < 9; k++)
        {
            int row = (y * _layer.Stride) + (k / 3) - 1,
                column = (x * _layer.Stride) + (k % 3) - 1;
            Span<float> target = _elements.AsSpan(k * channels, channels);
            if ((uint)row < (uint)height && (uint)column < (uint)width)
                input.Slice(((row * width) + column) * channels, channels).CopyTo(target);
            else
                target.Clear();
        }
    }

    private void RunDepthwise(ReadOnlySpan<float> input)
    {
        int width = _layer.Input.Width;
        int height = _layer.Input.Height;
        int channels = _layer.Input.Channels;
        for (int y = 0; y < _layer.Output.Height; y++)
        {
            for (int x = 0; x < _layer.Output.Width; x++)
            {
                Span<float> cell = Output.AsSpan(((y * _layer.Output.Width) + x) * channels, channels);
                _layer.Biases.CopyTo(cell);
                for (int k = 0; k < 9; k++)
                {
                    int row = (y * _layer.Stride) + (k / 3) - 1,
                        column = (x * _layer.Stride) + (k % 3) - 1;
                    if ((uint)row >= (uint)height || (uint)column >= (uint)width)
                        continue;
                    ReadOnlySpan<float> source = input.Slice(((row * width) + column) * channels, channels),
                        taps = _columns.AsSpan(k * channels, channels);
                    for (int c = 0; c < channels; c++)
                        cell[c] += source[c] * taps[c];
                }
            }
        }
    }

    private void RunAveragePool(ReadOnlySpan<float> input)
    {
        Output.AsSpan().Clear();
        for (int i = 0; i < input.Length; i++)
            Output[i % Output.Length] += input[i];
        foreach (ref float value in Output.AsSpan())
            value /= _layer.Input.Cells;
    }
}
