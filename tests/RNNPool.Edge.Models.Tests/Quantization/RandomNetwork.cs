using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using RNNPool.Edge.Models.Arch;
using RNNPool.Edge.Models.FloatNetworks;
using RNNPool.Edge.Models.Safetensors;
using RNNPool.Edge.Models.Tests.Packages;

namespace RNNPool.Edge.Models.Tests.Quantization;

/// <summary>Small float networks with random weights.</summary>
internal sealed class RandomNetwork(ulong seed)
{
    private readonly RandomLayers _random = new(seed);
    private readonly Dictionary<string, (int[] Shape, float[] Values)> _tensors = [];

    public const string Detector = """
        { "format": "rnnpool-arch", "version": 1, "name": "tiny", "task": "detection", "labels": ["face"],
          "input": { "width": 48, "height": 40, "channels": 1, "mean": 128.0, "scale": 128.0 },
          "layers": [
            { "type": "conv", "name": "stem", "kernel": 3, "channels": 6, "stride": 2 },
            { "type": "rnnpool", "name": "pool", "patch": 8, "stride": 4, "hidden1": 8, "hidden2": 6, "gate": "hard" },
            { "type": "bottleneck", "name": "b1", "expansion": 1, "channels": 10, "repeats": 1, "stride": 1 },
            { "type": "bottleneck", "name": "b2", "expansion": 3, "channels": 10, "repeats": 2, "stride": 1 },
            { "type": "head", "name": "h8", "anchors":
              [ { "width": 9.5, "height": 11, "background": 3 }, { "width": 18, "height": 22, "background": 1 } ] },
            { "type": "separable", "name": "s1", "channels": 12, "repeats": 2, "stride": 2 },
            { "type": "head", "name": "h16", "anchors": [ { "width": 30, "height": 36, "background": 1 } ] } ],
          "detection": { "variances": [0.1, 0.2], "scoreThreshold": 0.4, "nmsIou": 0.45, "maxDetections": 100 } }
        """;

    public const string Classifier = """
        { "format": "rnnpool-arch", "version": 1, "name": "tiny-vww", "task": "classification", "labels": ["none", "person"],
          "input": { "width": 33, "height": 32, "channels": 3, "mean": 128.0, "scale": 128.0 },
          "layers": [
            { "type": "conv", "name": "stem", "kernel": 3, "channels": 8, "stride": 2 },
            { "type": "rnnpool", "name": "pool", "patch": 6, "stride": 4, "hidden1": 8, "hidden2": 8, "gate": "hard" },
            { "type": "bottleneck", "name": "b1", "expansion": 2, "channels": 16, "repeats": 2, "stride": 1 },
            { "type": "conv", "name": "last", "kernel": 1, "channels": 24, "stride": 1 },
            TAIL
            { "type": "dense", "name": "fc", "channels": 2 } ] }
        """;

    public static string ClassifierWith(string tail) => Classifier.Replace("TAIL", tail + ",", StringComparison.Ordinal);

    public NetworkArchitecture Architecture { get; private set; } = null!;

    public FloatNetwork Build(string arch)
    {
        Architecture = NetworkArchitecture.Parse(Encoding.UTF8.GetBytes(arch), "arch.json");
        foreach (LayerAnalysis map in Architecture.Analysis.Layers)
            AddTensors(map);
        return FloatNetwork.Load(Architecture, SafetensorsFile.Parse(File(), "weights"));
    }

    /// <summary>Blobs and noise: neighbours alike, as in pictures.</summary>
    public ReadOnlyMemory<byte>[] Pictures(int count) => Pictures(count, Architecture.Input);

    /// <inheritdoc cref="Pictures(int)"/>
    public ReadOnlyMemory<byte>[] Pictures(int count, InputSpec input)
    {
        var pictures = new ReadOnlyMemory<byte>[count];
        for (int i = 0; i < count; i++)
        {
            byte[] picture = new byte[input.Width * input.Height * input.Channels];
            (double fx, double fy, int offset) = (_random.Between(2, 20) / 40.0, _random.Between(2, 20) / 40.0, _random.Next(80));
            for (int k = 0; k < picture.Length; k++)
            {
                int cell = k / input.Channels;
                picture[k] = (byte)
                    Math.Clamp(
                        128
                            + offset
                            - 40
                            + (70 * Math.Sin(cell % input.Width * fx) * Math.Cos(cell / input.Width * fy))
                            + _random.Between(-15, 15),
                        0,
                        255
                    );
            }

            pictures[i] = picture;
        }

        return pictures;
    }

    /// <summary>The tensors as a safetensors file.</summary>
    public byte[] File()
    {
        var header = new Dictionary<string, object>();
        int offset = 0;
        foreach ((string name, (int[] shape, float[] values)) in _tensors)
        {
            header[name] = new
            {
                dtype = "F32",
                shape,
                data_offsets = new[] { offset, offset + (4 * values.Length) },
            };
            offset += 4 * values.Length;
        }

        byte[] json = JsonSerializer.SerializeToUtf8Bytes(header),
            file = new byte[8 + json.Length + offset];
        BinaryPrimitives.WriteInt64LittleEndian(file, json.Length);
        json.CopyTo(file, 8);
        int at = 8 + json.Length;
        foreach ((_, float[] values) in _tensors.Values)
        {
            foreach (float value in values)
            {
                BinaryPrimitives.WriteSingleLittleEndian(file.AsSpan(at), value);
                at += 4;
            }
        }

        return file;
    }

    public void Scale(string name, float factor) =>
        _tensors[name] = (_tensors[name].Shape, [.. _tensors[name].Values.Select(value => value * factor)]);

    private void AddTensors(LayerAnalysis map)
    {
        int c = map.InputChannels;
        string name = map.Layer.Name;
        switch (map.Layer)
        {
            case ConvLayer conv:
                AddConvolution(name, conv.Channels, c, conv.Kernel);
                break;
            case RnnPoolLayer pool:
                AddRnn($"{name}.rnn1", pool.Hidden1, c);
                AddRnn($"{name}.rnn2", pool.Hidden2, pool.Hidden1);
                break;
            case BottleneckLayer block:
                for (int r = 0; r < block.Repeats; r++, c = block.Channels)
                {
                    if (block.Expansion > 1)
                        AddConvolution($"{name}.{r}.expand", c * block.Expansion, c, 1);
                    AddConvolution($"{name}.{r}.depthwise", c * block.Expansion, 1, 3);
                    AddConvolution($"{name}.{r}.project", block.Channels, c * block.Expansion, 1);
                }

                break;
            case SeparableLayer separable:
                for (int r = 0; r < separable.Repeats; r++, c = separable.Channels)
                {
                    AddConvolution($"{name}.{r}.depthwise", c, 1, 3);
                    AddConvolution($"{name}.{r}.pointwise", separable.Channels, c, 1);
                }

                break;
            case HeadLayer head:
                AddConvolution($"{name}.class", head.Anchors.Sum(a => a.Background + 1), c, 3);
                AddConvolution($"{name}.box", 4 * head.Anchors.Count, c, 3);
                break;
            case DenseLayer dense:
                Add($"{name}.weight", 1 / MathF.Sqrt(c), dense.Channels, c);
                Add($"{name}.bias", 0.3f, dense.Channels);
                break;
        }
    }

    private void AddRnn(string prefix, int size, int inputs)
    {
        Add($"{prefix}.W", 1 / MathF.Sqrt(inputs), size, inputs);
        Add($"{prefix}.U", 0.5f / MathF.Sqrt(size), size, size);
        Add($"{prefix}.bz", 0.5f, size);
        Add($"{prefix}.bh", 0.3f, size);
    }

    private void AddConvolution(string prefix, int outputs, int inputs, int kernel)
    {
        Add($"{prefix}.weight", 2.5f / MathF.Sqrt(inputs * kernel * kernel), outputs, inputs, kernel, kernel);
        Add($"{prefix}.bias", 0.5f, outputs);
    }

    private void Add(string name, float scale, params int[] shape)
    {
        float[] values = new float[shape.Aggregate(1, (product, side) => product * side)];
        for (int i = 0; i < values.Length; i++)
            values[i] = _random.Between(-10000, 10000) / 10000f * scale;
        _tensors[name] = (shape, values);
    }
}
