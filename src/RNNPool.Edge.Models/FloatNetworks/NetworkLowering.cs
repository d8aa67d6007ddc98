using RNNPool.Edge.Models.Arch;
using RNNPool.Edge.Models.Packages;
using RNNPool.Edge.Models.Safetensors;

namespace RNNPool.Edge.Models.FloatNetworks;

/// <summary>Turns the layers of <c>arch.json</c> and their tensors into the operations of a package.</summary>
internal sealed class NetworkLowering
{
    private readonly SafetensorsFile _weights;
    private readonly List<FloatLayer> _layers = [];
    private MapShape _shape;

    private NetworkLowering(NetworkArchitecture network, SafetensorsFile weights)
    {
        _weights = weights;
        _shape = new MapShape(network.Input.Width, network.Input.Height, network.Input.Channels);
    }

    /// <exception cref="ModelException">A tensor is missing or does not fit, or a layer has no counterpart in a package.</exception>
    public static IReadOnlyList<FloatLayer> Lower(NetworkArchitecture network, SafetensorsFile weights)
    {
        var lowering = new NetworkLowering(network, weights);
        foreach (Layer layer in network.Layers)
            lowering.Add(layer);
        return lowering._layers;
    }

    private void Add(Layer layer)
    {
        switch (layer)
        {
            case ConvLayer conv:
                if (conv.Kernel is not (1 or 3) || conv.Stride > (conv.Kernel == 3 ? 2 : 1))
                    throw Unsupported(
                        layer,
                        $"has a kernel of {conv.Kernel} and a stride of {conv.Stride}; "
                            + "a package has 3x3 with stride 1 or 2 and 1x1 with stride 1"
                    );
                AddConvolution(
                    conv.Name,
                    conv.Name,
                    conv.Kernel == 3 ? LayerOperation.Conv3x3 : LayerOperation.Pointwise,
                    conv.Channels,
                    conv.Stride,
                    conv.Activation == Activation.Relu6
                );
                break;
            case RnnPoolLayer pool:
                if (pool.Gate != GateKind.Hard)
                    throw Unsupported(layer, "has smooth gates; only hard gates are quantized");
                AddPool(pool);
                break;
            case BottleneckLayer bottleneck:
                for (int r = 0; r < bottleneck.Repeats; r++)
                    AddBottleneck(bottleneck, r);
                break;
            case SeparableLayer separable:
                for (int r = 0; r < separable.Repeats; r++)
                {
                    string prefix = $"{separable.Name}.{r}";
                    AddDepthwise(separable, prefix, r == 0 ? separable.Stride : 1);
                    AddConvolution(
                        $"{prefix}.pointwise",
                        $"{prefix}.pointwise",
                        LayerOperation.Pointwise,
                        separable.Channels,
                        1,
                        relu6: true
                    );
                }

                break;
            case HeadLayer head:
                if (head.L2NormScale is not null)
                    throw Unsupported(layer, "normalises its input, which a package cannot");
                AddHead(head);
                break;
            case AveragePoolLayer:
                Append(
                    new FloatLayer
                    {
                        Name = layer.Name,
                        Operation = LayerOperation.AveragePool,
                        Input = _shape,
                        Output = new MapShape(1, 1, _shape.Channels),
                    }
                );
                break;
            case DenseLayer dense:
                float[] weights = _weights.Read($"{dense.Name}.weight", dense.Channels, _shape.Channels);
                Append(
                    new FloatLayer
                    {
                        Name = dense.Name,
                        Operation = LayerOperation.Dense,
                        Input = _shape,
                        Output = new MapShape(1, 1, dense.Channels),
                        Weights = weights,
                        Biases = _weights.Read($"{dense.Name}.bias", dense.Channels),
                    }
                );
                break;
            default:
                throw Unsupported(layer, "has no counterpart in a package");
        }
    }

    private void AddBottleneck(BottleneckLayer bottleneck, int repeat)
    {
        string prefix = $"{bottleneck.Name}.{repeat}";
        int first = _layers.Count,
            stride = repeat == 0 ? bottleneck.Stride : 1;
        bool residual = stride == 1 && bottleneck.Channels == _shape.Channels;
        if (bottleneck.Expansion > 1)
            AddConvolution(
                $"{prefix}.expand",
                $"{prefix}.expand",
                LayerOperation.Pointwise,
                _shape.Channels * bottleneck.Expansion,
                1,
                relu6: true
            );
        AddDepthwise(bottleneck, prefix, stride);
        AddConvolution(
            $"{prefix}.project",
            $"{prefix}.project",
            LayerOperation.Pointwise,
            bottleneck.Channels,
            1,
            relu6: false,
            residual ? first : null
        );
    }

    private void AddDepthwise(Layer layer, string prefix, int stride)
    {
        if (stride > 2)
            throw Unsupported(layer, $"has a stride of {stride}; a package has 1 or 2");
        AddConvolution($"{prefix}.depthwise", $"{prefix}.depthwise", LayerOperation.Depthwise3x3, _shape.Channels, stride, relu6: true);
    }

    private void AddConvolution(
        string name,
        string tensors,
        LayerOperation operation,
        int channels,
        int stride,
        bool relu6,
        int? residualOf = null
    )
    {
        int kernel = operation == LayerOperation.Pointwise ? 1 : 3,
            inputs = operation == LayerOperation.Depthwise3x3 ? 1 : _shape.Channels;
        Append(
            new FloatLayer
            {
                Name = name,
                Operation = operation,
                Stride = stride,
                Relu6 = relu6,
                ResidualOf = residualOf,
                Input = _shape,
                Output = new MapShape((_shape.Width + stride - 1) / stride, (_shape.Height + stride - 1) / stride, channels),
                Weights = ReadKernel($"{tensors}.weight", channels, inputs, kernel),
                Biases = _weights.Read($"{tensors}.bias", channels),
            }
        );
    }

    private void AddHead(HeadLayer head)
    {
        int classes = head.Anchors.Sum(anchor => anchor.Background + 1),
            boxes = 4 * head.Anchors.Count;
        MapShape shape = _shape;
        Append(
            new FloatLayer
            {
                Name = head.Name,
                Operation = LayerOperation.Head,
                Input = shape,
                Output = shape with { Channels = classes + boxes },
                Anchors = head.Anchors,
                Weights =
                [
                    .. ReadKernel($"{head.Name}.class.weight", classes, shape.Channels, 3),
                    .. ReadKernel($"{head.Name}.box.weight", boxes, shape.Channels, 3),
                ],
                Biases = [.. _weights.Read($"{head.Name}.class.bias", classes), .. _weights.Read($"{head.Name}.box.bias", boxes)],
            }
        );
        _shape = shape;
    }

    private void AddPool(RnnPoolLayer pool)
    {
        int Out(int n) => pool.IsGlobal ? 1 : ((n + (2 * pool.Padding) - pool.Patch) / pool.Stride) + 1;
        Append(
            new FloatLayer
            {
                Name = pool.Name,
                Operation = LayerOperation.RnnPool,
                Stride = pool.IsGlobal ? 1 : pool.Stride,
                Patch = pool.Patch,
                Input = _shape,
                Output = new MapShape(Out(_shape.Width), Out(_shape.Height), pool.Channels),
                Rnn1 = ReadRnn($"{pool.Name}.rnn1", pool.Hidden1, _shape.Channels),
                Rnn2 = ReadRnn($"{pool.Name}.rnn2", pool.Hidden2, pool.Hidden1),
            }
        );
    }

    private void Append(FloatLayer layer)
    {
        _layers.Add(layer);
        _shape = layer.Output;
    }

    private FloatRnn ReadRnn(string prefix, int size, int inputs) =>
        new(
            _weights.Read($"{prefix}.W", size, inputs),
            _weights.Read($"{prefix}.U", size, size),
            _weights.Read($"{prefix}.bz", size),
            _weights.Read($"{prefix}.bh", size)
        );

    // From [output][channel][row][column] to [output][row][column][channel].
    private float[] ReadKernel(string name, int outputs, int inputs, int kernel)
    {
        float[] source = _weights.Read(name, outputs, inputs, kernel, kernel),
            target = new float[source.Length];
        int area = kernel * kernel;
        for (int n = 0; n < outputs; n++)
        {
            for (int c = 0; c < inputs; c++)
            {
                for (int k = 0; k < area; k++)
                    target[(((n * area) + k) * inputs) + c] = source[(((n * inputs) + c) * area) + k];
            }
        }

        return target;
    }

    private static ModelException Unsupported(Layer layer, string what) => new($"The layer '{layer.Name}' {what}.");
}
